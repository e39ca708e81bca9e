namespace NodePortSim.Net;

/// <summary>An IP packet with its layer-4 header: everything of it that rules, conntrack or a socket look at.</summary>
/// <remarks>
/// A value: assigning it copies it. Hot code passes it by reference and rewrites it in place. An ICMP error carries in
/// <see cref="Quoted"/> the flow of the packet that it is about.
/// </remarks>
public record struct Packet
{
    /// <summary>The source address.</summary>
    public IpAddr Source { get; set; }

    /// <summary>The destination address.</summary>
    public IpAddr Destination { get; set; }

    /// <summary>The source port; for ICMP the identifier.</summary>
    public ushort SourcePort { get; set; }

    /// <summary>The destination port; for ICMP type (high byte) and code (low byte).</summary>
    public ushort DestinationPort { get; set; }

    /// <summary>The layer-4 protocol.</summary>
    public Protocol Protocol { get; set; }

    /// <summary>The control bits of a TCP segment; of an SCTP packet its first chunk's type.</summary>
    public TcpFlags Flags { get; set; }

    /// <summary>Time to live (hop limit), in hops, 0 to 255.</summary>
    public byte Ttl { get; set; }

    /// <summary>The TCP window scale option, 0 to 14, on a SYN; -1 where absent.</summary>
    public sbyte WindowScale { get; set; }

    /// <summary>The TCP window as the header has it, unscaled, in bytes.</summary>
    public ushort Window { get; set; }

    /// <summary>The TCP sequence number.</summary>
    public uint Sequence { get; set; }

    /// <summary>The TCP acknowledgment number.</summary>
    public uint Acknowledgment { get; set; }

    /// <summary>The length of the layer-4 payload in bytes.</summary>
    public int PayloadLength { get; set; }

    /// <summary>The total length of the IP packet in bytes, headers included: what counters add up.</summary>
    public int Length { get; set; }

    /// <summary>In an ICMP error: the flow of the packet that it quotes, as that packet's header has it; otherwise default.</summary>
    public FlowTuple Quoted { get; set; }

    /// <summary>The family of the packet.</summary>
    public readonly IpFamily Family => Source.Family;

    /// <summary>The type of an ICMP message.</summary>
    public readonly byte IcmpType => (byte)(DestinationPort >> 8);

    /// <summary>The code of an ICMP message.</summary>
    public readonly byte IcmpCode => (byte)DestinationPort;

    /// <summary>Whether this is an ICMP or ICMPv6 error, which quotes the packet that it is about (spec netfilter-datapath 2.10).</summary>
    public readonly bool IsIcmpError => Protocol switch
    {
        Protocol.Icmp => IcmpType is 3 or 4 or 5 or 11 or 12,
        Protocol.IcmpV6 => IcmpType is >= 1 and <= 4,
        _ => false,
    };

    /// <summary>The flow that the header says.</summary>
    public readonly FlowTuple Tuple => new(Source, Destination, SourcePort, DestinationPort, Protocol);
}
