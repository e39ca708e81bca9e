using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Network;
using NodePortSim.Routing;
using NodePortSim.Simulation.Explanations;

namespace NodePortSim.Simulation.Tracing;

/// <summary>Collects the hops of an exchange's first packet and of its first answer; what comes after is left out.</summary>
internal sealed class TraceRecorder(uint flow, Host origin, OutcomeExplainer explainer, TimeProvider time)
{
    private readonly List<TraceHop> _hops = [];
    private readonly List<TraceStep> _steps = [];
    private TraceHop? _hop;
    private Host? _host;
    private bool _isAnswer;
    private bool _isDone;

    public Hook Hook { get; private set; }

    public EquatableArray<TraceHop> Hops
    {
        get
        {
            CloseHop();
            return _hops.ToEquatableArray();
        }
    }

    public void Enter(Host host, string? inInterface, in Packet packet)
    {
        if (_isDone) return;
        if (host == origin && inInterface is null && _hops.Count > 0)
        {
            // The client's second packet: the first one's story is told.
            CloseHop();
            _isDone = true;
            return;
        }

        CloseHop();
        _host = host;
        if (inInterface is null && host != origin) _isAnswer = true;
        _hop = new TraceHop
        {
            Host = host.Name,
            Role = RoleOf(host),
            Time = time.GetUtcNow(),
            IsAnswer = _isAnswer,
            InInterface = inInterface,
            Packet = packet,
            PacketOut = packet,
        };
    }

    public void EnterHook(Hook hook) => Hook = hook;

    public void Add(uint ofFlow, TraceStep step)
    {
        if (ofFlow == flow) Add(step);
    }

    public void Add(TraceStep step)
    {
        if (!_isDone && _hop is not null) _steps.Add(step);
    }

    public void TryRule(IptablesTable table, string chain, int ruleIndex, Rule rule, string? failedMatch, in SocketBuffer buffer)
    {
        if (_isDone || _host is null) return;
        string text = SaveWriter.Write(rule, buffer.Packet.Family);
        Add(new RuleStep(Hook, table, chain, ruleIndex + 1, text, failedMatch, explainer.WhyRuleExists(_host, buffer.Packet.Family, table, chain, rule, failedMatch is null)));
    }

    public void Rewrite(Hook hook, in Packet before, in Packet after, string by)
    {
        if (_hop is not null) _hop = _hop with { PacketOut = after };
        Add(new RewriteStep(hook, by, before.Tuple, after.Tuple));
    }

    public void Route(Host host, in RouteDecision route, IpAddr destination)
    {
        if (_isDone || _hop is null) return;
        bool isUnicast = route.Type == RouteType.Unicast;
        Add(new RouteStep(
            route.Type.ToString().ToLowerInvariant(),
            route.OutInterface == 0 ? "" : host.Routing.InterfaceName(route.OutInterface),
            isUnicast ? route.NextHop : null)
        {
            Network = isUnicast ? NetworkOf(host, destination) : null,
        });
    }

    private static IpCidr? NetworkOf(Host host, IpAddr destination) => host.Routing.Routes
        .Where(candidate => candidate.Destination.Family == destination.Family && candidate.Destination.Contains(destination))
        .MaxBy(static candidate => candidate.Destination.PrefixLength)?.Destination;

    public void Leave(string outInterface, in Packet packet)
    {
        if (_hop is not null && !_isDone) _hop = _hop with { OutInterface = outInterface, PacketOut = packet };
    }

    public void Deliver(Host host, string socket, in Packet packet)
    {
        if (_hop is not null && !_isDone) _hop = _hop with { PacketOut = packet };
        Add(new DeliveredStep(socket));
        if (host != origin || !_isAnswer && socket == "no socket") return;
        CloseHop();
        _isDone = true;
    }

    public void End(Host host, in PacketEnd end, in Packet packet)
    {
        if (_isDone) return;
        (OutcomeReason reason, OutcomePlace at, string explanation) = explainer.WhyEnded(host, end, packet);
        Add(new EndStep(reason, at, explanation));
    }

    public void Answer(in Packet answer, string why)
    {
        Add(new AnsweredStep($"{answer.Protocol.LowerName()} {why} to {answer.Destination}"));
        _isAnswer = true;
    }

    private static string RoleOf(Host host) => host.Role switch
    {
        HostRole.Node => "node",
        HostRole.Pod => "pod",
        HostRole.Gateway => "gateway",
        _ => "external client",
    };

    private void CloseHop()
    {
        if (_hop is null) return;
        _hops.Add(_hop with { Steps = _steps.ToEquatableArray() });
        _steps.Clear();
        _hop = null;
    }
}
