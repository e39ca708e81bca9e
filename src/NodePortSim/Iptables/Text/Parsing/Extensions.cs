using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Iptables.Text.Parsing.MatchReaders;
using NodePortSim.Iptables.Text.Parsing.TargetReaders;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text.Parsing;

/// <summary>The extensions that texts may name: one reader for each.</summary>
internal static class Extensions
{
    /// <summary>A new reader of <c>-m name</c>, or null where there is no such match in the family.</summary>
    public static ExtensionReader<Match>? Match(string name, IpFamily family) => name switch
    {
        "addrtype" => new AddressTypeReader(),
        "comment" => new CommentReader(),
        "connmark" => new ConnmarkReader(),
        "conntrack" => new ConntrackReader(),
        "icmp" when family == IpFamily.IPv4 => new IcmpReader(family),
        "icmp6" or "ipv6-icmp" or "icmpv6" when family == IpFamily.IPv6 => new IcmpReader(family),
        "iprange" => new IpRangeReader(),
        "length" => new LengthReader(),
        "limit" => new LimitReader(),
        "mark" => new MarkReader(),
        "multiport" => new MultiportReader(),
        "nfacct" => new NfacctReader(),
        "physdev" => new PhysdevReader(),
        "recent" => new RecentReader(),
        "sctp" => new PortReader(Protocol.Sctp),
        "state" => new StateReader(),
        "statistic" => new StatisticReader(),
        "tcp" => new PortReader(Protocol.Tcp),
        "udp" => new PortReader(Protocol.Udp),
        _ => null,
    };

    /// <summary>A new reader of <c>-j name</c>, or null where the name is a chain's.</summary>
    public static ExtensionReader<Target>? Target(string name) => name switch
    {
        "ACCEPT" => new VerdictReader(new AcceptTarget()),
        "CONNMARK" => new ConnmarkTargetReader(),
        "CT" => new CtReader(),
        "DNAT" => new DnatReader(),
        "DROP" => new VerdictReader(new DropTarget()),
        "LOG" => new LogReader(),
        "MARK" => new MarkTargetReader(),
        "MASQUERADE" => new MasqueradeReader(),
        "NOTRACK" => new VerdictReader(new NoTrackTarget()),
        "REDIRECT" => new RedirectReader(),
        "REJECT" => new RejectReader(),
        "RETURN" => new VerdictReader(new ReturnTarget()),
        "SNAT" => new SnatReader(),
        _ => null,
    };
}
