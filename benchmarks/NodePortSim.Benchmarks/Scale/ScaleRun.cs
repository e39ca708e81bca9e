using System.Diagnostics;
using NodePortSim.Iptables;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Benchmarks.Scale;

/// <summary>One whole run at a given size: rules for every node, then connections over two of them, on one core.</summary>
internal static class ScaleRun
{
    private const int EstablishedRounds = 3;

    public static ScaleReport Run(ScaleOptions options)
    {
        Service[] services = BenchmarkCluster.Services(options.Services);
        EndpointSlice[] slices = BenchmarkCluster.Slices(options.Services, options.Endpoints);
        long memoryBefore = GC.GetTotalMemory(forceFullCollection: true);
        long start = Stopwatch.GetTimestamp();
        ProxyState state = ProxyState.Create(services, slices);
        NodeProxy[] proxies = [.. Enumerable.Range(0, options.Nodes).Select(Proxy)];
        var rules = new RuleSet[proxies.Length];
        long[] counts = new long[proxies.Length];
        Parallel.For(0, proxies.Length, i =>
        {
            SyncResult sync = proxies[i].Sync(state);
            rules[i] = sync.Rules;
            counts[i] = sync.CountRules(IptablesTable.Filter) + sync.CountRules(IptablesTable.Nat);
        });
        double compileSeconds = Seconds(start);
        long ruleBytes = GC.GetTotalMemory(forceFullCollection: true) - memoryBefore;

        var time = new VirtualTimeProvider();
        start = Stopwatch.GetTimestamp();
        var path = new TwoNodePath(rules[0], rules[1], time);
        double loadSeconds = Seconds(start);

        slices[0] = BenchmarkCluster.Slice(0, options.Endpoints, variant: 1);
        start = Stopwatch.GetTimestamp();
        state = ProxyState.Create(services, slices, previous: state);
        path.Load(proxies[0].Sync(state).Rules, proxies[1].Sync(state).Rules);
        double changeSeconds = Seconds(start);

        long entryMemoryBefore = GC.GetTotalMemory(forceFullCollection: true);
        start = Stopwatch.GetTimestamp();
        for (int flow = 0; flow < options.Connections; flow++) Connect(path, flow, options.Services);
        double connectSeconds = Seconds(start);
        long entryBytes = GC.GetTotalMemory(forceFullCollection: true) - entryMemoryBefore;

        for (int flow = 0; flow < options.Connections; flow++) Acknowledge(path, flow, options.Services);
        long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        start = Stopwatch.GetTimestamp();
        for (int round = 0; round < EstablishedRounds; round++)
            for (int flow = 0; flow < options.Connections; flow++) Acknowledge(path, flow, options.Services);
        double establishedSeconds = Seconds(start);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        double packets = (double)EstablishedRounds * options.Connections * TwoNodePath.Nodes;
        return new ScaleReport(
            options, compileSeconds, loadSeconds, changeSeconds, counts.Sum(), ruleBytes, options.Connections / connectSeconds,
            packets / establishedSeconds, (double)entryBytes / path.Entries, allocated / packets, Process.GetCurrentProcess().PeakWorkingSet64);
    }

    private static NodeProxy Proxy(int node) =>
        new(IpFamily.IPv4, BenchmarkCluster.Options, BenchmarkCluster.Node with { Name = "node" + node.ToString(System.Globalization.CultureInfo.InvariantCulture) });

    private static void Connect(TwoNodePath path, int flow, int services)
    {
        Packet packet = TwoNodePath.Syn(flow, services);
        bool arrives = path.ToPod(ref packet);
        packet = TwoNodePath.SynAck(packet);
        if (!arrives || !path.ToClient(ref packet)) throw new InvalidOperationException($"connection {flow} failed");
    }

    private static void Acknowledge(TwoNodePath path, int flow, int services)
    {
        Packet packet = TwoNodePath.Ack(TwoNodePath.Syn(flow, services));
        if (!path.ToPod(ref packet)) throw new InvalidOperationException($"a segment of connection {flow} was lost");
    }

    private static double Seconds(long start) => Stopwatch.GetElapsedTime(start).TotalSeconds;
}
