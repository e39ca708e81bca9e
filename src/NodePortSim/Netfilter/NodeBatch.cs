using NodePortSim.Netfilter.Paths;

namespace NodePortSim.Netfilter;

/// <summary>Packets for one node, to be forwarded in order.</summary>
/// <param name="Machine">The node's netfilter.</param>
/// <param name="Packets">The packets as they arrive; afterwards as they left or ended.</param>
/// <param name="Verdicts">A verdict for each.</param>
internal readonly record struct NodeBatch(NetfilterMachine Machine, Memory<SocketBuffer> Packets, Memory<ForwardVerdict> Verdicts)
{
    /// <summary>Forwards the packets of several nodes, on several threads where there are some.</summary>
    /// <remarks>
    /// The result does not depend on the number of threads: a node's packets stay in order, and nodes have nothing in common that packets
    /// change, since each has its own rules' counters, its own conntrack and its own generator. The clock must stand still meanwhile.
    /// </remarks>
    /// <param name="batches">One batch for each node.</param>
    /// <param name="threads">How many threads at most, 1 or more.</param>
    /// <exception cref="ArgumentException">A node has two batches.</exception>
    public static void ForwardAll(IReadOnlyList<NodeBatch> batches, int threads)
    {
        var machines = new HashSet<NetfilterMachine>(ReferenceEqualityComparer.Instance);
        foreach (NodeBatch batch in batches)
            if (!machines.Add(batch.Machine)) throw new ArgumentException("A node has two batches.", nameof(batches));
        Parallel.For(0, batches.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            batches[i].Machine.ForwardBatch(batches[i].Packets.Span, batches[i].Verdicts.Span));
    }
}
