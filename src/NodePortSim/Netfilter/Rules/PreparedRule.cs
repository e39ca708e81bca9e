using NodePortSim.Iptables;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Rules;

/// <summary>What a rule does with a packet that matches: what the interpreter switches on.</summary>
internal enum TargetCode : byte
{
    /// <summary>Counts, and goes on with the next rule: no target, or LOG, which traces show anyway.</summary>
    None,

    /// <summary>Ends the table: the packet passes.</summary>
    Accept,

    /// <summary>Ends the packet.</summary>
    Drop,

    /// <summary>Back to the caller.</summary>
    Return,

    /// <summary>Into another chain, and back.</summary>
    Jump,

    /// <summary>Into another chain, whose end is this one's end.</summary>
    Goto,

    /// <summary>Changes the mark, and goes on with the next rule.</summary>
    Mark,

    /// <summary>Changes the flow's mark, and goes on with the next rule.</summary>
    SetConnmark,

    /// <summary>Copies the packet's mark to the flow, and goes on with the next rule.</summary>
    SaveConnmark,

    /// <summary>Copies the flow's mark to the packet, and goes on with the next rule.</summary>
    RestoreConnmark,

    /// <summary>Keeps conntrack off the packet, and goes on with the next rule.</summary>
    NoTrack,

    /// <summary>Ends the packet and answers its sender.</summary>
    Reject,

    /// <summary>Binds the flow's destination.</summary>
    Dnat,

    /// <summary>Binds the flow's destination to this host.</summary>
    Redirect,

    /// <summary>Binds the flow's source.</summary>
    Snat,

    /// <summary>Binds the flow's source to the address of the interface that it leaves by.</summary>
    Masquerade,
}

/// <summary>Which header fields a rule tests, and which of those tests must fail.</summary>
[Flags]
internal enum HeaderTests : ushort
{
    None = 0,
    Source = 1,
    Destination = 2,
    InInterface = 4,
    OutInterface = 8,
    Protocol = 16,
    SourceInverted = 32,
    DestinationInverted = 64,
    ProtocolInverted = 128,
}

/// <summary>A rule in the form that is executed: header tests as masks and values in place, then matches, then a target.</summary>
/// <remarks>Rules of a chain lie side by side in an array; it holds nothing of one machine, so that machines share it.</remarks>
internal readonly struct PreparedRule
{
    /// <summary>Which header fields are tested.</summary>
    public HeaderTests Tests { get; init; }

    /// <summary>The protocol, where it is tested.</summary>
    public Protocol Protocol { get; init; }

    /// <summary>What happens to a packet that matches.</summary>
    public TargetCode Target { get; init; }

    /// <summary>The place of the called chain in its chain's list; -1 where nothing is called.</summary>
    public int Callee { get; init; }

    /// <summary>The source network.</summary>
    public PreparedNetwork Source { get; init; }

    /// <summary>The destination network.</summary>
    public PreparedNetwork Destination { get; init; }

    /// <summary>The extensions that can fail or do something, in order; comments are left out.</summary>
    public PreparedMatch[] Matches { get; init; }

    /// <summary>The rule that this was made of.</summary>
    public Rule Rule { get; init; }
}

/// <summary>A network as a mask and a value.</summary>
/// <remarks>The rules of a family see only its packets, so that the family needs no test.</remarks>
internal readonly struct PreparedNetwork
{
    private readonly ulong _maskHigh, _maskLow, _high, _low;

    public PreparedNetwork(IpCidr network)
    {
        IpAddr first = network.Address, last = network.LastAddress;
        _maskHigh = ~(first.High ^ last.High);
        _maskLow = ~(first.Low ^ last.Low);
        _high = first.High;
        _low = first.Low;
    }

    /// <summary>Whether the network holds an address of its family.</summary>
    public bool Contains(IpAddr address) => (address.Low & _maskLow) == _low && (address.High & _maskHigh) == _high;
}
