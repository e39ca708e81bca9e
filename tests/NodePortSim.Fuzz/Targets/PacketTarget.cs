using System.Globalization;
using NodePortSim.Manifests;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Network;
using NodePortSim.Simulation;

namespace NodePortSim.Fuzz.Targets;

/// <summary>Random packets into a node of a whole cluster: each gets a verdict, conntrack's index stays whole and its table within its limit.</summary>
/// <remarks>An input is a cluster's number, a seed and how many packets: all else follows from them.</remarks>
internal sealed class PacketTarget : IFuzzTarget
{
    private const int ConntrackMax = 100;

    private const string Limits =
        "\n---\napiVersion: nodeportsim.dev/v1alpha1\nkind: Network\nmetadata: {name: default}\nspec: {gateways: [192.168.70.254], sysctls: {net.netfilter.nf_conntrack_max: \"100\", net.netfilter.nf_conntrack_acct: \"1\"}}\n";

    /// <inheritdoc/>
    public string Name => "packets";

    /// <inheritdoc/>
    public string Make(RandomSource random) => string.Create(
        CultureInfo.InvariantCulture, $"cluster {random.NextBelow((uint)Corpus.Clusters.Count)} seed {random.NextUInt64()} packets {50 + random.NextBelow(400)}");

    /// <inheritdoc/>
    public void Check(string input)
    {
        string[] words = input.Split(' ');
        var random = new RandomSource(ulong.Parse(words[3], CultureInfo.InvariantCulture));
        Simulator simulator = Build(int.Parse(words[1], CultureInfo.InvariantCulture), random.NextUInt64());
        Topology topology = simulator.Cluster.Network.Topology;
        Host[] nodes = [.. topology.Hosts.Where(static host => host.IsNode)];
        var packets = new PacketSource(random, topology);
        int count = int.Parse(words[5], CultureInfo.InvariantCulture);
        for (int i = 0; i < count; i++)
        {
            Host node = nodes[random.NextBelow((uint)nodes.Length)];
            int inInterface = 1 + (int)random.NextBelow((uint)node.Routing.Interfaces.Count);
            Packet packet = packets.Next();
            if (random.NextBelow(3) == 0) RunHooks(node, packet, inInterface, packets);
            else Deliver(topology, node, packet, inInterface, random);
            if (random.NextBelow(20) == 0) simulator.Advance(TimeSpan.FromMilliseconds(random.NextBelow(100_000)));
            if (random.NextBelow(200) == 0) node.Netfilter.Conntrack.Flush();
            foreach (Host host in nodes) CheckTable(host, i);
        }
    }

    private static Simulator Build(int cluster, ulong seed)
    {
        var simulator = new Simulator(new SimulatorOptions { Seed = seed });

        // A network of the file's own stays; without one the small table is asked for.
        string manifests = Corpus.Clusters[cluster].Replace("\"net.ipv4.icmp_ratelimit\"", "\"net.netfilter.nf_conntrack_max\": 100, \"net.ipv4.icmp_ratelimit\"", StringComparison.Ordinal);
        if (!manifests.Contains("\"kind\": \"Network\"", StringComparison.Ordinal)) manifests += Limits;
        simulator.Apply(ManifestReader.ReadText(manifests)).ThrowIfErrors();
        return simulator;
    }

    /// <summary>The whole way: into the node, through it, and to whoever answers.</summary>
    private static void Deliver(Topology topology, Host node, in Packet packet, int inInterface, RandomSource random)
    {
        var silent = default(SilentNetworkTrace);
        if (random.NextBelow(3) == 0) node.Send(packet, 1, ref silent);
        else node.Receive(packet, inInterface, 1, ref silent);
        topology.Fabric.Settle(ref silent);
    }

    /// <summary>The hooks alone, in an order that no packet would take.</summary>
    private static void RunHooks(Host node, in Packet packet, int inInterface, PacketSource packets)
    {
        var silent = default(SilentNetworkTrace);
        var buffer = new SocketBuffer(packet, inInterface);
        Hook first = packets.IsLocal ? Hook.Output : Hook.Prerouting;
        if (first == Hook.Output) (buffer.InInterface, buffer.OutInterface) = (0, inInterface);
        HookVerdict verdict = node.Netfilter.Run(first, ref buffer, ref silent);
        FuzzException.ThrowUnless(Enum.IsDefined(verdict.Result), $"verdict {verdict.Result}");
        if (verdict.Result != HookResult.Accept)
        {
            node.Netfilter.Conntrack.Release(ref buffer);
            return;
        }

        buffer.OutInterface = first == Hook.Output || packets.IsForwarded ? inInterface : 0;
        verdict = node.Netfilter.Run(first == Hook.Output ? Hook.Postrouting : packets.IsForwarded ? Hook.Forward : Hook.Input, ref buffer, ref silent);
        FuzzException.ThrowUnless(Enum.IsDefined(verdict.Result), $"verdict {verdict.Result}");
        node.Netfilter.Conntrack.Release(ref buffer);
    }

    private static void CheckTable(Host host, int packet)
    {
        string? inconsistency = host.Netfilter.Conntrack.FindInconsistency();
        FuzzException.ThrowUnless(inconsistency is null, $"packet {packet}: {inconsistency}");
        FuzzException.ThrowUnless(host.Netfilter.Conntrack.Count <= ConntrackMax, $"packet {packet}: {host.Netfilter.Conntrack.Count} entries of {ConntrackMax}");
    }
}
