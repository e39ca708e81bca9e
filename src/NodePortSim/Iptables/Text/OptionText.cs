using NodePortSim.Collections;
using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>The values of options, as they are spelt in every form of a rule's text.</summary>
internal static class OptionText
{
    // The order in which each extension prints the members of a set.
    private static readonly (ConntrackStates State, string Name)[] States =
    [
        (ConntrackStates.Invalid, "INVALID"), (ConntrackStates.New, "NEW"), (ConntrackStates.Related, "RELATED"),
        (ConntrackStates.Established, "ESTABLISHED"), (ConntrackStates.Untracked, "UNTRACKED"), (ConntrackStates.Snat, "SNAT"),
        (ConntrackStates.Dnat, "DNAT"),
    ];

    private static readonly (TcpFlags Flag, string Name)[] Flags =
    [
        (TcpFlags.Fin, "FIN"), (TcpFlags.Syn, "SYN"), (TcpFlags.Rst, "RST"), (TcpFlags.Psh, "PSH"), (TcpFlags.Ack, "ACK"), (TcpFlags.Urg, "URG"),
    ];

    private static readonly (uint Periods, string Name)[] Rates =
    [
        (86_400 * LimitMatch.PeriodsPerSecond, "day"), (3_600 * LimitMatch.PeriodsPerSecond, "hour"), (60 * LimitMatch.PeriodsPerSecond, "min"),
        (LimitMatch.PeriodsPerSecond, "sec"),
    ];

    public static void AppendStates(TextSink sink, ConntrackStates states)
    {
        bool first = true;
        foreach ((ConntrackStates state, string name) in States)
        {
            if ((states & state) == 0) continue;
            if (!first) sink.Append(',');
            sink.Append(name);
            first = false;
        }
    }

    public static void AppendFlags(TextSink sink, TcpFlags flags)
    {
        if (flags == TcpFlags.None)
        {
            sink.Append("NONE"u8);
            return;
        }

        bool first = true;
        foreach ((TcpFlags flag, string name) in Flags)
        {
            if ((flags & flag) == 0) continue;
            if (!first) sink.Append(',');
            sink.Append(name);
            first = false;
        }
    }

    public static void AppendFlagBits(TextSink sink, TcpFlags flags)
    {
        sink.Append("0x"u8);
        sink.Append("0123456789ABCDEF"[(byte)flags >> 4]);
        sink.Append("0123456789ABCDEF"[(byte)flags & 15]);
    }

    /// <summary>Appends <c>value</c>, or <c>value/mask</c> where the mask leaves bits out, without leading zeros.</summary>
    public static void AppendMark(TextSink sink, uint value, uint mask)
    {
        sink.AppendHex(value);
        if (mask == uint.MaxValue) return;
        sink.Append('/');
        sink.AppendHex(mask);
    }

    public static void AppendPorts(TextSink sink, PortRange ports, char separator)
    {
        sink.AppendNumber(ports.First);
        if (ports.First == ports.Last) return;
        sink.Append(separator);
        sink.AppendNumber(ports.Last);
    }

    public static void AppendPortList(TextSink sink, EquatableArray<PortRange> ports)
    {
        for (int i = 0; i < ports.Count; i++)
        {
            if (i > 0) sink.Append(',');
            AppendPorts(sink, ports[i], ':');
        }
    }

    /// <summary>Appends a rate as <c>-m limit</c> prints it: in the greatest unit, of those that lose least, in which it is a whole number.</summary>
    public static void AppendRate(TextSink sink, uint period)
    {
        int unit = 0;
        while (unit < Rates.Length - 1 && Rates[unit + 1].Periods >= period &&
            Rates[unit + 1].Periods / period >= Rates[unit + 1].Periods % period) unit++;
        sink.AppendNumber(Rates[unit].Periods / period);
        sink.Append('/');
        sink.Append(Rates[unit].Name);
    }

    /// <summary>Appends <c>address</c>, <c>address:ports</c> or <c>:ports</c>; an IPv6 address before ports is bracketed.</summary>
    public static void AppendEndpoint(TextSink sink, IpAddr? address, PortRange? ports)
    {
        bool brackets = address is { IsIPv4: false } && ports is not null;
        if (brackets) sink.Append('[');
        if (address is { } value) sink.Append(value);
        if (brackets) sink.Append(']');
        if (ports is not { } range) return;
        sink.Append(':');
        AppendPorts(sink, range, '-');
    }

    /// <summary>The mask of all bits, as <c>-m recent</c> prints it.</summary>
    public static ReadOnlySpan<byte> FullMask(IpFamily family) =>
        family == IpFamily.IPv4 ? "255.255.255.255"u8 : "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"u8;

    public static ReadOnlySpan<byte> Name(AddressType type) => type switch
    {
        AddressType.Unicast => "UNICAST"u8,
        AddressType.Local => "LOCAL"u8,
        AddressType.Broadcast => "BROADCAST"u8,
        AddressType.Multicast => "MULTICAST"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>The name after <c>--reject-with</c>, which differs by family.</summary>
    public static string Name(RejectName reject) => reject switch
    {
        { With: Targets.RejectWith.TcpReset } => "tcp-reset",
        { Family: IpFamily.IPv4 } => reject.With switch
        {
            Targets.RejectWith.PortUnreachable => "icmp-port-unreachable",
            Targets.RejectWith.NetUnreachable => "icmp-net-unreachable",
            Targets.RejectWith.HostUnreachable => "icmp-host-unreachable",
            Targets.RejectWith.ProtocolUnreachable => "icmp-proto-unreachable",
            Targets.RejectWith.NetProhibited => "icmp-net-prohibited",
            Targets.RejectWith.HostProhibited => "icmp-host-prohibited",
            Targets.RejectWith.AdminProhibited => "icmp-admin-prohibited",
            _ => throw new ArgumentOutOfRangeException(nameof(reject), reject, null),
        },
        _ => reject.With switch
        {
            Targets.RejectWith.PortUnreachable => "icmp6-port-unreachable",
            Targets.RejectWith.NetUnreachable => "icmp6-no-route",
            Targets.RejectWith.HostUnreachable => "icmp6-addr-unreachable",
            Targets.RejectWith.AdminProhibited => "icmp6-adm-prohibited",
            _ => throw new ArgumentOutOfRangeException(nameof(reject), reject, "IPv6 has no such answer"),
        },
    };
}

/// <summary>An answer of REJECT in one family.</summary>
internal readonly record struct RejectName(Targets.RejectWith With, IpFamily Family);
