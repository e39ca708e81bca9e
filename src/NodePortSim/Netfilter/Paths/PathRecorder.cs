using NodePortSim.Net;

namespace NodePortSim.Netfilter.Paths;

/// <summary>Notes what one packet meets on its way through PREROUTING, FORWARD and POSTROUTING, and whether every packet of its flow would meet the same.</summary>
/// <remarks>
/// Tests of addresses, ports, protocol, interfaces, marks and conntrack give the same answer for every packet of a flow's direction. Tests of a packet's
/// length or flags, and those that remember, count or draw, need not: one that is evaluated, whatever its answer, ends the recording.
/// </remarks>
internal sealed class PathRecorder
{
    /// <summary>How many counters a path has at most; a packet that is counted more often is not recorded.</summary>
    public const int MaxRules = 64;

    private CountedRule[] _rules = [];
    private Hook _next;
    private int _count;

    /// <summary>Whether a packet is being recorded.</summary>
    public bool IsOn { get; private set; }

    /// <summary>The packet as it arrived: its flow, time to live, interface and mark.</summary>
    public FlowTuple Arrived { get; private set; }

    public byte Ttl { get; private set; }

    public int InInterface { get; private set; }

    public uint MarkIn { get; private set; }

    /// <summary>The packet's entry, once conntrack has found it.</summary>
    public int Entry { get; private set; }

    /// <summary>Whether a rule asked for the mark of the packet's entry.</summary>
    public bool ReadsFlowMark { get; private set; }

    /// <summary>The mark that the first such rule saw.</summary>
    public uint FlowMark { get; private set; }

    /// <summary>The counters that the packet was counted on, in order.</summary>
    public ReadOnlySpan<CountedRule> Rules => _rules.AsSpan(0, _count);

    /// <summary>Begins with a packet that is about to enter PREROUTING.</summary>
    public void Begin(in SocketBuffer buffer)
    {
        if (_rules.Length == 0) _rules = new CountedRule[MaxRules];
        IsOn = true;
        _next = Hook.Prerouting;
        _count = 0;
        Entry = 0;
        ReadsFlowMark = false;
        FlowMark = 0;
        Arrived = buffer.Packet.Tuple;
        Ttl = buffer.Packet.Ttl;
        InInterface = buffer.InInterface;
        MarkIn = buffer.Mark;
    }

    /// <summary>The packet is none to learn from.</summary>
    public void Stop() => IsOn = false;

    /// <summary>A hook begins: it must be the next one, of the same packet.</summary>
    public void Enter(Hook hook, in SocketBuffer buffer)
    {
        if (!IsOn) return;
        if (hook != _next || (hook != Hook.Prerouting && buffer.Entry != Entry))
        {
            IsOn = false;
            return;
        }

        _next = hook == Hook.Prerouting ? Hook.Forward : Hook.Postrouting;
    }

    /// <summary>Conntrack has looked at the packet: only those of answered flows are recorded further.</summary>
    public void Tracked(in SocketBuffer buffer)
    {
        if (buffer.Info is not (ConntrackInfo.Established or ConntrackInfo.EstablishedReply)) IsOn = false;
        Entry = buffer.Entry;
    }

    /// <summary>The packet was counted.</summary>
    public void Counted(Rules.LoadedChain chain, int rule)
    {
        if (!IsOn) return;
        if (_count == MaxRules) IsOn = false;
        else _rules[_count++] = new CountedRule(chain, rule);
    }

    /// <summary>A rule asks for the mark of the packet's entry, or changes it.</summary>
    public void AskedForFlowMark(uint mark)
    {
        if (!IsOn || ReadsFlowMark) return;
        ReadsFlowMark = true;
        FlowMark = mark;
    }
}
