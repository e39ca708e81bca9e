using System.Diagnostics;
using NodePortSim.Iptables;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Rules;

namespace NodePortSim.Benchmarks.Scale;

/// <summary>One whole run at a given size: rules for every node, loaded there, then connections over two of the nodes, on one core.</summary>
internal static class ScaleRun
{
    // Of a service's endpoints, all but one in fifty are then chosen at least once.
    private const int RoundsPerEndpoint = 4;

    private const int EstablishedRounds = 3;

    public static ScaleReport Run(ScaleOptions options)
    {
        Service[] services = BenchmarkCluster.Services(options.Services, options.LocalEvery);
        EndpointSlice[] slices = BenchmarkCluster.Slices(options.Services, options.Endpoints, options.Nodes);
        var time = new VirtualTimeProvider();
        long memoryBefore = GC.GetTotalMemory(forceFullCollection: true);
        long start = Stopwatch.GetTimestamp();
        ProxyState state = ProxyState.Create(services, slices);
        var nodes = new ScaleNode[options.Nodes];
        Parallel.For(0, nodes.Length, i => nodes[i] = new ScaleNode(i, state, time));
        double compileSeconds = Seconds(start);
        long rules = nodes.Sum(static node => node.CountRules());

        start = Stopwatch.GetTimestamp();
        Parallel.For(0, nodes.Length, i =>
        {
            bool passes = TwoNodePath.CrossAsked(nodes[i].Machine, TwoNodePath.Syn(i, options.Services, options.LocalEvery));
            if (!passes) throw new InvalidOperationException($"node {i} dropped its first packet");
        });
        double firstPacketSeconds = Seconds(start);
        long ruleBytes = GC.GetTotalMemory(forceFullCollection: true) - memoryBefore;

        start = Stopwatch.GetTimestamp();
        state = state.With(slices: [BenchmarkCluster.Slice(0, options.Endpoints, variant: 1, options.Nodes)]);
        nodes[0].Sync(state);
        nodes[1].Sync(state);
        double changeSeconds = Seconds(start);
        for (int i = 2; i < nodes.Length; i++) nodes[i].Sync(state);
        double fleetChangeSeconds = Seconds(start);

        var path = new TwoNodePath(nodes[0].Machine, TwoNodePath.NodeOfPods(time));
        path.Load(nodes[0].Proxy.Rules, nodes[1].Proxy.Rules);
        MeetEveryChain(path, options);
        long entryMemoryBefore = GC.GetTotalMemory(forceFullCollection: true);
        start = Stopwatch.GetTimestamp();
        for (int flow = 0; flow < options.Connections; flow++) Connect(path, flow, TwoNodePath.Syn(flow, options.Services, options.LocalEvery));
        double connectSeconds = Seconds(start);
        long entryBytes = GC.GetTotalMemory(forceFullCollection: true) - entryMemoryBefore;

        for (int flow = 0; flow < options.Connections; flow++) Acknowledge(path, flow, options);
        long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        start = Stopwatch.GetTimestamp();
        for (int round = 0; round < EstablishedRounds; round++)
            for (int flow = 0; flow < options.Connections; flow++) Acknowledge(path, flow, options);
        double establishedSeconds = Seconds(start);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        double packets = (double)EstablishedRounds * options.Connections * TwoNodePath.Nodes;
        return new ScaleReport(
            options, compileSeconds, firstPacketSeconds, changeSeconds, fleetChangeSeconds, rules, ruleBytes, options.Connections / connectSeconds,
            packets / establishedSeconds, (double)entryBytes / path.Entries, allocated / packets, Process.GetCurrentProcess().PeakWorkingSet64);
    }

    /// <summary>A chain is made when the first packet enters it; that is not what a connection costs.</summary>
    private static void MeetEveryChain(TwoNodePath path, ScaleOptions options)
    {
        int flow = options.Connections;
        for (int round = 0; round < RoundsPerEndpoint * options.Endpoints; round++)
        {
            for (int service = 0; service < Math.Min(options.Services, BenchmarkCluster.MaxNodePorts); service++)
                if (!BenchmarkCluster.IsLocal(service, options.LocalEvery)) Connect(path, flow, TwoNodePath.SynTo(flow++, service));
            path.ForgetConnections();
        }
    }

    private static void Connect(TwoNodePath path, int flow, Packet packet)
    {
        bool arrives = path.ToPod(ref packet);
        packet = BenchmarkPackets.SynAck(packet);
        if (!arrives || !path.ToClient(ref packet)) throw new InvalidOperationException($"connection {flow} failed");
    }

    private static void Acknowledge(TwoNodePath path, int flow, ScaleOptions options)
    {
        Packet packet = BenchmarkPackets.Segment(TwoNodePath.Syn(flow, options.Services, options.LocalEvery));
        if (!path.ToPod(ref packet)) throw new InvalidOperationException($"a segment of connection {flow} was lost");
    }

    private static double Seconds(long start) => Stopwatch.GetElapsedTime(start).TotalSeconds;

    /// <summary>A node: its kube-proxy and its machine.</summary>
    private sealed class ScaleNode
    {
        private SyncResult _sync;

        public ScaleNode(int number, ProxyState state, TimeProvider time)
        {
            Proxy = new NodeProxy(IpFamily.IPv4, BenchmarkCluster.Options, BenchmarkCluster.Node with { Name = BenchmarkCluster.NodeName(number) });
            Machine = TwoNodePath.AskedNode(time, (ulong)number);
            _sync = Sync(state);
        }

        public NodeProxy Proxy { get; }

        public NetfilterMachine Machine { get; }

        public SyncResult Sync(ProxyState state)
        {
            _sync = Proxy.Sync(state);
            Machine.Load(_sync.Rules, FlushedChains.Of(_sync.DeclaredFixedChains, _sync.WrittenServicePorts, _sync.LeftoverChains));
            return _sync;
        }

        public long CountRules() => _sync.CountRules(IptablesTable.Filter) + _sync.CountRules(IptablesTable.Nat);
    }
}
