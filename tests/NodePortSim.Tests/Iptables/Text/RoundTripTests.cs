using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Iptables.Text;
using NodePortSim.Net;

namespace NodePortSim.Tests.Iptables.Text;

public sealed class RoundTripTests
{
    [Theory]
    [InlineData(IpFamily.IPv4)]
    [InlineData(IpFamily.IPv6)]
    public void Every_rule_that_is_printed_reads_back_as_an_equal_rule(IpFamily family)
    {
        for (ulong seed = 0; seed < 5_000; seed++)
        {
            Rule rule = new RandomRules(seed, family).Next();

            string saved = SaveWriter.Write(rule, family);
            string restored = RestoreWriter.Write(rule, family);

            RestoreReader.ReadRule(saved, family).Should().Be(rule, "seed {0}: {1}", seed, saved);
            SaveWriter.Write(RestoreReader.ReadRule(restored, family), family).Should().Be(saved, "seed {0}: {1}", seed, restored);
        }
    }

    /// <summary>Draws rules with any of the matches and targets.</summary>
    private sealed class RandomRules(ulong seed, IpFamily family)
    {
        private readonly RandomSource _random = new(seed);

        public Rule Next()
        {
            Protocol protocol = Pick(Protocol.Any, Protocol.Tcp, Protocol.Udp, Protocol.Sctp, family == IpFamily.IPv4 ? Protocol.Icmp : Protocol.IcmpV6);
            var matches = new List<Match>();
            for (uint i = Below(4); i > 0; i--) matches.Add(NextMatch(protocol));
            return new Rule
            {
                Source = Maybe() ? NextNetwork() : null,
                Destination = Maybe() ? NextNetwork() : null,
                InInterface = Maybe() ? new InterfaceMatch(Pick("eth0", "cbr0", "veth+"), Maybe()) : null,
                OutInterface = Maybe() ? new InterfaceMatch("lo", Maybe()) : null,
                Protocol = protocol == Protocol.Any ? null : new ProtocolMatch(protocol),
                Matches = matches.ToEquatableArray(),
                Target = NextTarget(protocol),
            };
        }

        private Match NextMatch(Protocol protocol) => Below(16) switch
        {
            0 => new CommentMatch(NextComment()),
            1 => new MarkMatch(Bits(), Bits(), Maybe()),
            2 => new ConnmarkMatch(Bits(), Bits(), Maybe()),
            3 => new ConntrackMatch((ConntrackStates)(1 + Below(127)), Maybe()),
            4 => new ConntrackMatch(ConntrackStates.None)
            {
                Entry = new ConntrackEntryTest
                {
                    OriginalDestination = NextNetwork(),
                    OriginalDestinationPort = new PortTest(NextPorts(), Maybe()),
                    Status = new ConntrackStatusTest((ConntrackStatuses)Below(16), Maybe()),
                    Direction = Maybe() ? ConntrackDirection.Reply : null,
                },
            },
            5 => new StatisticMatch(Below(1_000_001) / 1_000_000.0),
            6 => new NthMatch(5, Below(5), Maybe()),
            7 => new RecentMatch(RecentMode.Check, "LIST") { Seconds = Maybe() ? 60 : null },
            8 => new AddressTypeMatch { DestinationType = (AddressType)Below(4), DestinationInverted = Maybe() },
            9 => new NfacctMatch("some_object"),
            10 => Printable(new LimitMatch(1 + Below(10_000_000), 1 + Below(100))),
            11 => new IpRangeMatch { Source = new AddressRange(NextAddress(), NextAddress(), Maybe()) },
            12 => new LengthMatch((ushort)Below(100), (ushort)(100 + Below(100)), Maybe()),
            13 => new PhysdevMatch { InInterface = new InterfaceMatch("veth1", Maybe()), IsBridged = Maybe() },
            14 when protocol.HasPorts() => new MultiportMatch((MultiportSide)Below(3), [NextPorts(), NextPorts()], Maybe()),
            _ when protocol.HasPorts() => new PortMatch(protocol) { DestinationPort = NextPorts(), DestinationPortInverted = Maybe() },
            _ when protocol is Protocol.Icmp or Protocol.IcmpV6 => new IcmpMatch((byte)Below(200), Maybe() ? (byte)Below(20) : null, Maybe()),
            _ => new StateMatch((ConntrackStates)(1 + Below(31)), Maybe()),
        };

        private Target? NextTarget(Protocol protocol) => Below(17) switch
        {
            0 => null,
            1 => new AcceptTarget(),
            2 => new DropTarget(),
            3 => new ReturnTarget(),
            4 => new GotoTarget("SOME-CHAIN"),
            5 => new MarkTarget(Bits(), Bits()),
            6 => new SetConnmarkTarget(Bits(), Bits()),
            7 => new SaveConnmarkTarget(Bits(), Bits()),
            8 => new RestoreConnmarkTarget(Bits(), Bits()),
            9 => new RejectTarget(Pick(RejectWith.PortUnreachable, RejectWith.HostUnreachable, RejectWith.AdminProhibited)),
            10 => new LogTarget(Maybe() ? "a \"b\": " : "", (byte)Below(8), Pick(LogOptions.None, LogOptions.TcpSequence | LogOptions.MacDecode)),
            11 => new NoTrackTarget(),
            12 => new DnatTarget(NextAddress(), protocol.HasPorts() && Maybe() ? NextPorts() : null),
            13 => new SnatTarget(NextAddress(), protocol.HasPorts() && Maybe() ? NextPorts() : null, (SourcePortChoice)Below(3)),
            14 => new MasqueradeTarget(protocol.HasPorts() && Maybe() ? NextPorts() : null, (SourcePortChoice)Below(3)),
            15 => new RedirectTarget(protocol.HasPorts() && Maybe() ? NextPorts() : null),
            _ => new JumpTarget("SOME-CHAIN"),
        };

        // Printing rounds a rate, as the real tool's does; a rate that was printed once is exact.
        private static LimitMatch Printable(LimitMatch limit)
        {
            var once = (LimitMatch)RestoreReader.ReadRule(SaveWriter.Write(new Rule { Matches = [limit] }, IpFamily.IPv4), IpFamily.IPv4).Matches[0];
            return once;
        }

        private string NextComment() => string.Concat(Enumerable.Range(0, (int)Below(12)).Select(_ => Pick("a", "Z", "9", "_", "-", " ", "\"", "'", "\\", "é", "/", ":", "!")));

        private AddressMatch NextNetwork()
        {
            IpAddr address = NextAddress();
            return new AddressMatch(new IpCidr(address, 1 + (int)Below((uint)address.BitLength)), Maybe());
        }

        private IpAddr NextAddress() => family == IpFamily.IPv4 ? IpAddr.FromIPv4(_random.NextUInt32()) : new IpAddr(_random.NextUInt64(), Maybe() ? Below(70_000) : _random.NextUInt64());

        private PortRange NextPorts() => Maybe() ? new PortRange((ushort)(1 + Below(65_535))) : new PortRange((ushort)(1 + Below(1_000)), (ushort)(2_000 + Below(1_000)));

        private uint Bits() => Pick(0u, 1u, 0x4000u, 0xFFu, uint.MaxValue, _random.NextUInt32());

        private bool Maybe() => Below(2) == 0;

        private uint Below(uint bound) => _random.NextBelow(bound);

        private T Pick<T>(params T[] values) => values[(int)Below((uint)values.Length)];
    }
}
