using NodePortSim.KernelTests.Flows;
using NodePortSim.KernelTests.Kernel;
using NodePortSim.KernelTests.Labs;
using NodePortSim.Net;
using NodePortSim.Simulation;
using NodePortSim.Tests.Conformance;

namespace NodePortSim.KernelTests;

/// <summary>ICMP echo, which no rule of kube-proxy translates: what comes back, entries and counters are those of the kernel.</summary>
[Collection(nameof(KernelTotals))]
public sealed class EchoTests
{
    [SkippableTheory]
    [InlineData("01-lab-nodeport")]
    [InlineData("38-dual-stack")]
    public void An_echo_request_to_node_pod_and_cluster_IP_fares_as_in_the_kernel(string name)
    {
        KernelRequirements.Check();
        ConformanceCase recorded = ConformanceCases.Of(name);
        var simulated = new SimulatedSide(recorded.States.Last() + "\n---\n" + recorded.Hosts, FurtherRules.None);
        using var kernel = new KernelSide(simulated.Plan, simulated.Reference);
        var differences = new List<string>();
        int answered = 0;
        foreach ((string from, IpAddr source) in Senders(simulated))
        {
            foreach (IpAddr to in Targets(simulated))
            {
                kernel.Forget(affinity: false);
                IReadOnlyList<NodeSnapshot> before = kernel.Look(IpFamily.IPv4);
                string answer = kernel.Ping(from, source, to);
                Observation seen = NodeSnapshot.Observe(IpFamily.IPv4, answer, before, kernel.Look(IpFamily.IPv4), new HashSet<int>());
                Observation expected = Simulate(simulated, from, source, to);
                if (!seen.Equals(expected)) differences.AddRange([$"{from} to {to}: kernel (-), simulator (+)", .. seen.DifferenceTo(expected)]);
                if (answer.StartsWith("0/0", StringComparison.Ordinal)) answered++;
            }
        }

        if (differences.Count > 0) Assert.Fail(string.Join('\n', differences));
        Assert.True(answered > 0, "pods and nodes answer");
    }

    /// <summary>A client, a node and a pod.</summary>
    private static (string Name, IpAddr Source)[] Senders(SimulatedSide simulated)
    {
        var plan = simulated.Plan;
        var client = plan.Clients.First();
        var node = plan.Nodes.First();
        var pod = plan.Pods.First(static pod => pod.Value.Addresses.Any(static address => address.IsIPv4));
        return
        [
            (client.Key, client.Value.Addresses.Select(static a => a.Address).First(static a => a.IsIPv4)),
            (node.Key, node.Value.Addresses.First(static a => a.IsIPv4)),
            (pod.Key, pod.Value.Addresses.First(static a => a.IsIPv4)),
        ];
    }

    /// <summary>Two nodes, two pods and a cluster IP.</summary>
    private static IpAddr[] Targets(SimulatedSide simulated) =>
    [
        .. simulated.Plan.Nodes.Values.Take(2).Select(static node => node.Addresses.First(static a => a.IsIPv4)),
        .. simulated.Plan.Pods.Values.SelectMany(static pod => pod.Addresses).Where(static a => a.IsIPv4).Take(2),
        .. simulated.Reference.Cluster.State.Services.Values.SelectMany(static service => service.Spec.ClusterIPs)
            .Select(static text => IpAddr.TryParse(text, out IpAddr address) ? address : default).Where(static a => a != default && a.IsIPv4).Take(1),
    ];

    private static Observation Simulate(SimulatedSide simulated, string from, IpAddr source, IpAddr to)
    {
        Simulator simulator = simulated.Fresh();
        IReadOnlyList<NodeSnapshot> before = SimulatedSide.Look(simulator, IpFamily.IPv4);
        PacketReport report = simulator.Host(from).SendRaw(new Packet
        {
            Source = source,
            Destination = to,
            SourcePort = LabPing.Identifier,
            DestinationPort = 8 << 8,
            Protocol = Protocol.Icmp,
            Ttl = 64,
            WindowScale = -1,
            Length = LabPing.Length,
        });
        Packet[] answers = [.. report.At(from).Where(static packet => packet.IcmpType != 8)];
        string answer = answers switch
        {
            [var one, ..] => $"{one.IcmpType}/{one.IcmpCode} from {one.Source}",
            _ => report.Drops.Any(drop => drop.Host == from) ? "no route" : "nothing",
        };
        return NodeSnapshot.Observe(IpFamily.IPv4, answer, before, SimulatedSide.Look(simulator, IpFamily.IPv4), new HashSet<int>());
    }
}
