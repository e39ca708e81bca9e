using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;

namespace NodePortSim.Tests.Netfilter.Rules.Equality;

/// <summary>Random rule sets beyond kube-proxy's shapes: overlapping prefixes, inverted matches, gotos, returns, marks, ranges, matches that remember.</summary>
internal sealed class RandomRules(RandomSource random, IpFamily family = IpFamily.IPv4)
{
    private const int UserChains = 4;

    private static readonly IptablesTable[] Tables =
        [IptablesTable.Nat, IptablesTable.Nat, IptablesTable.Filter, IptablesTable.Filter, IptablesTable.Mangle, IptablesTable.Raw, IptablesTable.Security];

    public RuleSet Make()
    {
        RuleSet rules = RuleSet.Empty(family);
        for (uint i = 0; i <= random.NextBelow(3); i++) rules = rules.With(MakeTable(Pick(Tables)));
        return rules;
    }

    /// <summary>Every built-in chain has user chains of its own, which call later ones only: so the kernel takes all targets and finds no loop.</summary>
    private TableRules MakeTable(IptablesTable table)
    {
        var chains = new List<Chain>();
        foreach (string hook in table.BuiltInChains())
        {
            if (Chance(4)) continue;
            chains.Add(new Chain(hook, Chance(6) ? ChainPolicy.Drop : ChainPolicy.Accept, MakeRules(table, hook, 0)));
            for (int i = 1; i <= UserChains; i++) chains.Add(new Chain($"{hook}-{i}", null, MakeRules(table, hook, i)));
        }

        return new TableRules(table, chains);
    }

    private EquatableArray<Rule> MakeRules(IptablesTable table, string hook, int chain)
    {
        var rules = new List<Rule>();
        int count = (int)random.NextBelow(7);
        for (int i = 0; i < count; i++)
        {
            if (!Chance(4)) rules.Add(MakeRule(table, hook, chain));
            else for (uint j = 0; j < 4 + random.NextBelow(8); j++) rules.Add(Dispatch(table, hook, chain));
        }

        return rules.ToEquatableArray();
    }

    /// <summary>A rule as chains of dispatch have them; now and then with a match that leaves a trace, before or after the port.</summary>
    private Rule Dispatch(IptablesTable table, string hook, int chain)
    {
        var matches = new List<Match>();
        if (Chance(6)) matches.Add(new NfacctMatch("early"));
        if (Chance(6)) matches.Add(new AddressTypeMatch { DestinationType = AddressType.Local, DestinationInverted = Chance(2) });
        if (Chance(12)) matches.Add(AnyMatch());
        if (!Chance(5)) matches.Add(Port());
        if (Chance(5)) matches.Add(new NfacctMatch("late"));
        return new Rule
        {
            Destination = Chance(3) ? null : Chance(8) ? Network() : new AddressMatch(IpCidr.Host(Address()), Chance(12)),
            Protocol = Chance(4) ? null : new ProtocolMatch(Pick(Protocols), Chance(12)),
            Matches = matches.ToEquatableArray(),
            Target = AnyTarget(table, hook, chain),
        };
    }

    private Rule MakeRule(IptablesTable table, string hook, int chain)
    {
        var matches = new List<Match>();
        while (Chance(2)) matches.Add(AnyMatch());
        return new Rule
        {
            Source = Chance(4) ? Network() : null,
            Destination = Chance(4) ? Network() : null,
            InInterface = Chance(10) ? new InterfaceMatch(Chance(2) ? "eth0" : "v+", Chance(2)) : null,
            OutInterface = Chance(10) ? new InterfaceMatch(Chance(2) ? "eth+" : "veth0", Chance(2)) : null,
            Protocol = Chance(5) ? new ProtocolMatch(Pick(Protocols), Chance(3)) : null,
            Matches = matches.ToEquatableArray(),
            Target = AnyTarget(table, hook, chain),
        };
    }

    private static readonly Protocol[] Protocols = [Protocol.Tcp, Protocol.Tcp, Protocol.Udp, Protocol.Sctp, Protocol.Icmp, Protocol.Any];

    private Match AnyMatch() => random.NextBelow(16) switch
    {
        0 => new StatisticMatch(random.NextBelow(101) / 100.0, Chance(4)),
        1 => new NthMatch(1 + random.NextBelow(3), 0, Chance(4)),
        2 => new LimitMatch(1 + random.NextBelow(20000), 1 + random.NextBelow(3)),
        3 => new RecentMatch((RecentMode)random.NextBelow(4), Chance(2) ? "one" : "two") { Inverted = Chance(4) },
        4 => new RecentMatch(RecentMode.Check, "one") { Seconds = 10, Reap = Chance(2) },
        5 => new NfacctMatch("any"),
        6 => new MarkMatch(random.NextBelow(4), 3, Chance(3)),
        7 when Chance(2) => new ConntrackMatch((ConntrackStates)random.NextBelow(128), Chance(3)),
        7 => new ConntrackMatch(ConntrackStates.None)
        {
            Entry = new ConntrackEntryTest { Status = new ConntrackStatusTest((ConntrackStatuses)(1 + random.NextBelow(15)), Chance(3)) },
        },
        8 => new StateMatch((ConntrackStates)random.NextBelow(32), Chance(3)),
        9 => new ConnmarkMatch(random.NextBelow(2), 1, Chance(3)),
        10 => new MultiportMatch((MultiportSide)random.NextBelow(3), [Range(), new PortRange(80)], Chance(3)),
        11 => new AddressTypeMatch { SourceType = AddressType.Local, SourceInverted = Chance(2) },
        12 => new LengthMatch(40, 41, Chance(3)),
        13 => new IpRangeMatch { Destination = new AddressRange(RandomPackets.In(family, IpAddr.Parse("10.44.0.1")), RandomPackets.In(family, IpAddr.Parse("10.44.1.2")), Chance(3)) },
        _ => Port(),
    };

    private PortMatch Port() => new(Chance(3) ? Protocol.Udp : Protocol.Tcp)
    {
        SourcePort = Chance(12) ? new PortRange(40000) : null,
        DestinationPort = Chance(12) ? null : Chance(8) ? Range() : new PortRange(Pick(RandomPackets.Ports)),
        DestinationPortInverted = Chance(15),
        TcpFlags = Chance(15) ? new TcpFlagsMatch(TcpFlags.Syn | TcpFlags.Ack, TcpFlags.Syn, Chance(2)) : null,
    };

    private Target? AnyTarget(IptablesTable table, string hook, int chain)
    {
        bool nat = table == IptablesTable.Nat;
        switch (random.NextBelow(12))
        {
            case 0 or 1 or 2 when chain < UserChains: return new JumpTarget($"{hook}-{Later(chain)}");
            case 3 when chain < UserChains: return new GotoTarget($"{hook}-{Later(chain)}");
            case 4: return new ReturnTarget();
            case 5: return Chance(3) ? new DropTarget() : new AcceptTarget();
            case 6: return new MarkTarget(random.NextBelow(4), random.NextBelow(4));
            case 7: return Chance(2) ? new SaveConnmarkTarget() : Chance(2) ? new RestoreConnmarkTarget() : new SetConnmarkTarget(1, 1);
            case 8 when table == IptablesTable.Raw: return new NoTrackTarget();
            case 8 when table == IptablesTable.Filter && Chance(2): return new RejectTarget((RejectWith)random.NextBelow(3));
            case 8 or 9 when nat && hook is "PREROUTING" or "OUTPUT":
                return Chance(4) ? new RedirectTarget(Chance(2) ? Range() : null) : new DnatTarget(Address(), Chance(3) ? Range() : new PortRange(8080));
            case 8 or 9 when nat && hook == "POSTROUTING" && Chance(2): return new MasqueradeTarget(null, (SourcePortChoice)random.NextBelow(3));
            case 8 or 9 when nat && hook is "POSTROUTING" or "INPUT": return new SnatTarget(Address(), Chance(2) ? Range() : null);
            default: return null;
        }
    }

    private int Later(int chain) => chain + 1 + (int)random.NextBelow((uint)(UserChains - chain));

    private AddressMatch Network() => new(Masked(Address(), Pick([0, 8, 16, 23, 24, 31, 32])), Chance(3));

    private static IpCidr Masked(IpAddr address, int bits) =>
        address.IsIPv4
            ? new(IpAddr.FromIPv4(bits == 0 ? 0 : (uint)address.Low & (uint.MaxValue << (32 - bits))), bits)
            : new(new IpAddr(address.High, address.Low & (ulong.MaxValue << (32 - bits))), 96 + bits);

    private IpAddr Address() => RandomPackets.In(family, Pick(RandomPackets.Addresses));

    private PortRange Range() => Chance(2) ? new PortRange(30001, 30003) : new PortRange(0, 30002);

    private bool Chance(int of) => random.NextBelow((uint)of) == 0;

    private T Pick<T>(T[] of) => of[random.NextBelow((uint)of.Length)];
}
