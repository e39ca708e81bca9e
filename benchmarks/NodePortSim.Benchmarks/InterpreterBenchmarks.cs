using BenchmarkDotNet.Attributes;
using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Paths;
using NodePortSim.Netfilter.Rules;
using NodePortSim.Netfilter.Tracing;
using NodePortSim.Routing;

namespace NodePortSim.Benchmarks;

/// <summary>The interpreter without a trace, per rule tried: a chain of 1,000 rules as KUBE-SERVICES has them, none of which matches.</summary>
[MemoryDiagnoser]
public class InterpreterBenchmarks
{
    private const int Rules = 1000;

    private RuleInterpreter _interpreter = null!;
    private LoadedChain _chain = null!;
    private SocketBuffer _buffer;

    /// <summary>Which rules: cluster IPs fail at the destination, node ports at the port.</summary>
    [Params("ClusterIPs", "NodePorts")]
    public string Kind { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var routing = new RoutingTable();
        var time = new VirtualTimeProvider();
        var conntrack = new ConntrackTable(new Sysctls(), time, new RandomSource(1));
        var recorder = new PathRecorder();
        var tests = new RuleTests(routing, conntrack, new RandomSource(1), new KernelClock(time), recorder);
        _interpreter = new RuleInterpreter(tests, new PacketTargets(conntrack, recorder), new NatTargets(routing, conntrack));
        var family = new FamilyRules(IpFamily.IPv4, new RecentLists(), new AccountingObjects());
        Chain[] chains = [new("PREROUTING", ChainPolicy.Accept, Enumerable.Range(0, Rules).Select(MakeRule).ToEquatableArray()), new("KUBE-SVC", null, [])];
        family.Replace(RuleSet.Empty(IpFamily.IPv4).With(new TableRules(IptablesTable.Nat, chains)), FlushedChains.All);
        _chain = family.ChainsOf(Hook.Prerouting).Nat!;
        _buffer = new SocketBuffer(
            new Packet { Source = IpAddr.Parse("172.18.0.9"), Destination = BenchmarkCluster.NodeAddress, Protocol = Protocol.Tcp, DestinationPort = 81, Length = 60 }, 1);
    }

    [Benchmark(OperationsPerInvoke = Rules)]
    public bool RuleTried()
    {
        var silent = default(SilentTrace);
        return _interpreter.Run(Hook.Prerouting, _chain, ref _buffer, ref silent).Result == HookResult.Accept;
    }

    private Rule MakeRule(int i) => new()
    {
        Destination = Kind == "ClusterIPs" ? new AddressMatch(IpCidr.Host(BenchmarkCluster.ClusterIP(i))) : null,
        Protocol = new ProtocolMatch(Protocol.Tcp),
        Matches =
        [
            new CommentMatch("default/svc:web cluster IP"),
            new PortMatch(Protocol.Tcp) { DestinationPort = new PortRange(Kind == "ClusterIPs" ? (ushort)80 : (ushort)(BenchmarkCluster.FirstNodePort + i)) },
        ],
        Target = new JumpTarget("KUBE-SVC"),
    };
}
