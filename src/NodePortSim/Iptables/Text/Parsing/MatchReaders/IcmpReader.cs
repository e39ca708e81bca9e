using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text.Parsing.MatchReaders;

internal sealed class IcmpReader(IpFamily family) : ExtensionReader<Match>
{
    private static readonly (string Name, byte Type, byte? Code)[] IPv4Names =
    [
        ("any", IcmpMatch.AnyType, null), ("echo-reply", 0, null), ("pong", 0, null), ("destination-unreachable", 3, null), ("network-unreachable", 3, 0),
        ("host-unreachable", 3, 1), ("protocol-unreachable", 3, 2), ("port-unreachable", 3, 3), ("fragmentation-needed", 3, 4), ("redirect", 5, null),
        ("echo-request", 8, null), ("ping", 8, null), ("router-advertisement", 9, null), ("router-solicitation", 10, null), ("time-exceeded", 11, null),
        ("ttl-exceeded", 11, null), ("parameter-problem", 12, null), ("timestamp-request", 13, null), ("timestamp-reply", 14, null),
    ];

    private static readonly (string Name, byte Type, byte? Code)[] IPv6Names =
    [
        ("destination-unreachable", 1, null), ("no-route", 1, 0), ("communication-prohibited", 1, 1), ("address-unreachable", 1, 3),
        ("port-unreachable", 1, 4), ("packet-too-big", 2, null), ("time-exceeded", 3, null), ("ttl-exceeded", 3, null), ("parameter-problem", 4, null),
        ("echo-request", 128, null), ("ping", 128, null), ("echo-reply", 129, null), ("pong", 129, null), ("router-solicitation", 133, null),
        ("router-advertisement", 134, null), ("neighbour-solicitation", 135, null), ("neighbor-solicitation", 135, null),
        ("neighbour-advertisement", 136, null), ("neighbor-advertisement", 136, null), ("redirect", 137, null),
    ];

    private IcmpMatch? _match;

    public override bool TryOption(Arguments arguments)
    {
        if (arguments.Option != (family == IpFamily.IPv4 ? "--icmp-type" : "--icmpv6-type")) return false;
        string value = arguments.Value();
        foreach ((string name, byte type, byte? code) in family == IpFamily.IPv4 ? IPv4Names : IPv6Names)
        {
            if (!string.Equals(name, value, StringComparison.OrdinalIgnoreCase)) continue;
            _match = new IcmpMatch(type, code, arguments.Inverted);
            return true;
        }

        _match = ByNumber(value, arguments);
        return true;
    }

    public override Match Finish(Arguments arguments)
    {
        if (_match is not null) return _match;
        if (family == IpFamily.IPv4) return new IcmpMatch(IcmpMatch.AnyType);
        throw arguments.Error("icmp6: option \"--icmpv6-type\" must be specified");
    }

    private IcmpMatch ByNumber(string value, Arguments arguments)
    {
        string[] parts = value.Split('/');
        if (parts.Length > 2 || !Arguments.TryNumber(parts[0], out uint type) || type > 255)
        {
            throw arguments.ValueError($"Unknown {(family == IpFamily.IPv4 ? "ICMP" : "ICMPv6")} type `{value}'");
        }

        if (parts.Length == 1) return new IcmpMatch((byte)type, null, arguments.Inverted);
        if (!Arguments.TryNumber(parts[1], out uint code) || code > 255) throw arguments.ValueError($"Invalid ICMP code `{parts[1]}'");
        return new IcmpMatch((byte)type, (byte)code, arguments.Inverted);
    }
}
