using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Paths;
using NodePortSim.Netfilter.Rules;
using NodePortSim.Netfilter.Tracing;
using NodePortSim.Routing;

namespace NodePortSim.Netfilter;

/// <summary>The netfilter of one network namespace: hooks, rules of both families, conntrack and counters. Not thread-safe.</summary>
internal sealed partial class NetfilterMachine
{
    private readonly FamilyRules _ipv4;
    private readonly FamilyRules _ipv6;
    private readonly HookSequence _hooks;
    private readonly RuleProgram _program;
    private readonly RuleTests _tests;
    private readonly ForwardingPaths _paths;

    public NetfilterMachine(RoutingTable routing, Sysctls sysctls, TimeProvider time, RandomSource random)
    {
        Routing = routing;
        Conntrack = new ConntrackTable(sysctls, time, random);
        _ipv4 = new FamilyRules(IpFamily.IPv4, RecentLists, AccountingObjects);
        _ipv6 = new FamilyRules(IpFamily.IPv6, RecentLists, AccountingObjects);
        _paths = new ForwardingPaths(routing, Conntrack);
        PathRecorder recorder = _paths.Recorder;
        _tests = new RuleTests(routing, Conntrack, random, new KernelClock(time), recorder);
        var packetTargets = new PacketTargets(Conntrack, recorder);
        var natTargets = new NatTargets(routing, Conntrack);
        _program = new RuleProgram(_tests, packetTargets, natTargets, recorder);
        _hooks = new HookSequence(routing, Conntrack, new RuleInterpreter(_tests, packetTargets, natTargets), _program, recorder);
    }

    public RoutingTable Routing { get; }

    public ConntrackTable Conntrack { get; }

    /// <summary>The recent lists, of both families.</summary>
    public RecentLists RecentLists { get; } = new();

    /// <summary>The accounting objects, of both families.</summary>
    public AccountingObjects AccountingObjects { get; } = new();

    /// <summary>How many rules were tried for packets that nobody traced.</summary>
    public long RulesTried => _program.RulesTried;

    /// <summary>What decides the random matches instead of chance; null, as at first, for chance.</summary>
    public IDrawSource? Draws
    {
        get => _tests.Draws;
        set => _tests.Draws = value;
    }

    /// <summary>The rules in force.</summary>
    public RuleSet Rules(IpFamily family) => RulesOf(family).Rules;

    /// <summary>The counters of a family's rules.</summary>
    public MachineCounters Counters(IpFamily family) => new(RulesOf(family), _paths.Table);

    /// <summary>Whether conntrack looks at a family's packets: some rule needs it (spec netfilter-datapath 1.3).</summary>
    public bool IsTracking(IpFamily family) => RulesOf(family).NeedsConntrack;

    /// <summary>Replaces the rules of one family, all counters at zero.</summary>
    /// <exception cref="ArgumentException">The kernel would refuse the rules; nothing has changed.</exception>
    public void Load(RuleSet rules)
    {
        Load(rules, FlushedChains.All);
        Counters(rules.Family).Zero();
    }

    /// <summary>Replaces the rules of one family; chains that were not flushed keep their counters (spec kube-proxy-iptables 6).</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="flushed">The chains that were flushed: declared in a restore text, or emptied otherwise. The counters of policies stay.</param>
    /// <exception cref="ArgumentException">The kernel would refuse the rules; nothing has changed.</exception>
    public void Load(RuleSet rules, FlushedChains flushed)
    {
        _paths.Table.Settle();
        if (!RulesOf(rules.Family).Replace(rules, flushed)) _paths.Forget();
    }

    /// <summary>Runs a hook on a packet. OUTPUT routes again where it must (spec netfilter-datapath 1.5).</summary>
    /// <remarks>A dropped packet has given its entry back; a rejected one is to be released when its sender has been answered.</remarks>
    public HookVerdict Run<TTrace>(Hook hook, ref SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, ITraceSink
    {
        HookVerdict verdict = HookVerdict.Accept;
        Run(hook, ref buffer, ref trace, ref verdict);
        return verdict;
    }

    /// <summary>Runs a hook on a packet; only a packet that ends there changes the verdict.</summary>
    private bool Run<TTrace>(Hook hook, ref SocketBuffer buffer, ref TTrace trace, ref HookVerdict verdict)
        where TTrace : struct, ITraceSink
    {
        PathRecorder recorder = _paths.Recorder;
        if (TTrace.Listens) recorder.Stop();
        else recorder.Enter(hook, buffer);
        bool goesOn = _hooks.Run(hook, RulesOf(buffer.Packet.Family), ref buffer, ref trace, ref verdict);
        if (recorder.IsOn)
        {
            if (!goesOn) recorder.Stop();
            else if (hook == Hook.Postrouting) _paths.Learn(buffer);
        }

        return goesOn;
    }

    /// <summary>Takes the outcome of an <c>iptables-restore</c>: chains that it did not flush keep their counters.</summary>
    /// <exception cref="ArgumentException">The kernel would refuse the rules; nothing has changed.</exception>
    public void Load(RestoreResult restored) => Load(
        restored.Rules,
        FlushedChains.Of(restored.Changes.Where(static change => change.Kind == ChainChangeKind.Flushed).Select(static change => (change.Table, change.Chain))));

    private FamilyRules RulesOf(IpFamily family) => family == IpFamily.IPv4 ? _ipv4 : _ipv6;
}
