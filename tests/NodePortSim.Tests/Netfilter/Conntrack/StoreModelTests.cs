using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;

namespace NodePortSim.Tests.Netfilter.Conntrack;

/// <summary>The store beside a model of dictionaries: after every operation both know the same flows.</summary>
public class StoreModelTests
{
    private const long Second = TimeSpan.TicksPerSecond, Year = 365 * 86400 * Second;

    [Theory]
    [InlineData(1, 6, 0)]
    [InlineData(2, 40, 0)]
    [InlineData(3, 40, 2)]
    [InlineData(4, 40, 1)]
    [InlineData(5, 3000, 3)]
    [InlineData(6, 3000, 2)]
    [InlineData(7, 60000, 3)]
    public void Any_operations_leave_the_store_as_they_leave_the_model(ulong seed, int flows, int wideOfFour)
    {
        var play = new Play(seed, flows, wideOfFour);
        int rounds = Math.Max(6000, flows * 2);
        for (int i = 0; i < rounds; i++)
        {
            play.Step();
            if (i % (rounds / 60) == 0) play.Check($"seed {seed}, step {i}");
        }

        play.Check($"seed {seed}, at the end");
    }

    [Fact]
    public void A_mapped_address_of_an_IPv4_flow_and_an_IPv6_address_with_the_same_bits_are_different_flows()
    {
        var store = new ConntrackStore(new TupleHash(new RandomSource(1)));
        store.BeginPacket(0);
        FlowTuple narrow = Tuple("1.2.3.4", "5.6.7.8"), compatible = Tuple("::1.2.3.4", "::5.6.7.8"), mixed = Tuple("1.2.3.4", "::5.6.7.8");
        int[] entries = [Insert(store, narrow), Insert(store, compatible), Insert(store, mixed)];

        new[] { narrow, compatible, mixed }.Select(t => Find(store, t)).Should().Equal(entries.Select(static e => e << 1));
        new[] { narrow, compatible, mixed }.Select(t => Find(store, Inverse(t))).Should().Equal(entries.Select(static e => e << 1 | 1));
        entries.Select(e => store.Tuple(e, reply: false)).Should().Equal(narrow, compatible, mixed);
        store.FindInconsistency().Should().BeNull();
    }

    [Fact]
    public void IPv6_flows_with_the_same_fold_are_told_apart()
    {
        // The fold is linear in the low half, so that such pairs are easily made.
        var store = new ConntrackStore(new TupleHash(new RandomSource(1)));
        store.BeginPacket(0);
        FlowTuple a = Tuple("fd00::1", "fd00::2"), b = Tuple("fd00::1:0:0:1", "fd00::2").WithLow(0x0000_0005_0000_0004);
        TupleKey.AddressesOf(a.WithLow(1), isWide: true).Should().Be(TupleKey.AddressesOf(b, isWide: true));
        int first = Insert(store, a.WithLow(1));
        Find(store, b).Should().Be(0);
        int second = Insert(store, b);
        (Find(store, a.WithLow(1)), Find(store, b)).Should().Be((first << 1, second << 1));
    }

    [Fact]
    public void A_flow_to_itself_is_found_as_an_answer_and_leaves_nothing_behind()
    {
        var store = new ConntrackStore(new TupleHash(new RandomSource(1)));
        store.BeginPacket(0);
        var self = new FlowTuple(ConntrackLab.Client, ConntrackLab.Client, 7, 7, Protocol.Udp);
        int entry = Insert(store, self);
        Find(store, self).Should().Be(entry << 1 | 1);
        for (uint i = 0; i < 3000; i++) Insert(store, new FlowTuple(IpAddr.FromIPv4(i), ConntrackLab.Node, 1, 2, Protocol.Udp));
        store.FindInconsistency().Should().BeNull();
        store.Remove(entry);
        (Find(store, self), store.FindInconsistency()).Should().Be((0, null));
    }

    private static FlowTuple Tuple(string source, string destination) => new(IpAddr.Parse(source), IpAddr.Parse(destination), 1000, 80, Protocol.Tcp);

    private static FlowTuple Inverse(in FlowTuple tuple) => TupleInversion.TryInvert(tuple, out FlowTuple inverse) ? inverse : throw new InvalidOperationException();

    private static int Find(ConntrackStore store, in FlowTuple tuple) => store.Find(store.Hash.KeyOf(tuple), tuple);

    private static int Insert(ConntrackStore store, in FlowTuple tuple, long timeout = Year)
    {
        int entry = store.Open(tuple, Inverse(tuple), store.Hash.KeyOf(tuple), accounted: false);
        store.Slots[entry].Expires = timeout;
        store.Insert(entry, replyOnly: false);
        return entry;
    }

    private sealed class Play
    {
        private readonly RandomSource _random;
        private readonly ConntrackStore _store;
        private readonly int _flows, _wideOfFour;
        private readonly Dictionary<int, Model> _entries = [];
        private readonly Dictionary<FlowTuple, int> _links = [];
        private long _now, _serial;

        public Play(ulong seed, int flows, int wideOfFour)
        {
            _random = new RandomSource(seed);
            _store = new ConntrackStore(new TupleHash(_random));
            _flows = flows;
            _wideOfFour = wideOfFour;
        }

        public void Step()
        {
            _store.BeginPacket(_now);
            FlowTuple tuple = AnyTuple();
            ForgetExpired(tuple);
            switch (_random.NextBelow(20))
            {
                case < 9:
                    Open(tuple);
                    break;
                case < 11 when _links.TryGetValue(tuple, out int link):
                    Forget(link >> 1);
                    _store.Remove(link >> 1);
                    break;
                case < 15 when _links.TryGetValue(tuple, out int link):
                    long timeout = AnyTimeout();
                    _store.Refresh(link >> 1, default, reply: false, timeout);
                    _entries[link >> 1] = _entries[link >> 1] with { Expires = _now + timeout };
                    break;
                case < 16 when _links.TryGetValue(tuple, out int link):
                    _store.SetMark(link >> 1, (uint)_now);
                    _store.Slots[link >> 1].MasqueradeInterface = (int)_now & 0xFFFFFF;
                    _entries[link >> 1] = _entries[link >> 1] with { Mark = (uint)_now, Interface = (int)_now & 0xFFFFFF };
                    break;
                case < 17 when _links.TryGetValue(tuple, out int link):
                    _store.LowerExpiry(link >> 1, _now + Second);
                    _entries[link >> 1] = _entries[link >> 1] with { Expires = Math.Min(_now + Second, _entries[link >> 1].Expires) };
                    break;
                default:
                    _now += _random.NextBelow(300) == 0 ? _random.NextBelow(40) * Year + 1 : _random.NextBelow(3) * Second;
                    break;
            }

            tuple = AnyTuple();
            _store.SetNow(_now);
            ForgetExpired(tuple);
            Find(_store, tuple).Should().Be(_links.GetValueOrDefault(tuple));
        }

        public void Check(string because)
        {
            (_store.FindInconsistency() ?? "").Should().BeEmpty(because);
            for (int first = 0; first < _store.Used; first += ExpiryBlock.Entries) _store.CollectBlock(first);
            foreach (int entry in _entries.Keys.Where(e => _entries[e].Expires <= _now).ToArray()) Forget(entry);
            (_store.FindInconsistency() ?? "").Should().BeEmpty(because);
            _store.Count.Should().Be(_entries.Count, because);
            foreach ((int entry, Model model) in _entries)
            {
                ref readonly ConntrackSlot slot = ref _store.Slots[entry];
                var actual = new Model(
                    _store.Tuple(entry, reply: false), _store.Tuple(entry, reply: true), slot.Expires, slot.Created, slot.Serial, slot.MasqueradeInterface, _store.MarkOf(entry));
                if (actual != model) actual.Should().Be(model, because);
            }

            foreach ((FlowTuple tuple, int link) in _links)
            {
                int found = Find(_store, tuple);
                if (found != link) found.Should().Be(link, because);
            }
        }

        private void Open(in FlowTuple tuple)
        {
            FlowTuple reply = Inverse(tuple);
            ForgetExpired(reply);
            if (_links.ContainsKey(tuple) || _links.ContainsKey(reply)) return;
            int entry = _store.Open(tuple, reply, _store.Hash.KeyOf(tuple), accounted: false);
            FlowTuple translated = AnyTuple() with { Protocol = tuple.Protocol };
            ForgetExpired(translated);
            if (_random.NextBelow(3) == 0 && !_links.ContainsKey(translated) && translated != tuple)
            {
                reply = translated;
                _store.SetReply(entry, reply);
            }

            // The table looks both up before it inserts, which removes what has expired.
            (Find(_store, tuple), Find(_store, reply)).Should().Be((0, 0));
            long timeout = AnyTimeout();
            _store.Slots[entry].Expires = timeout;
            if (_entries.TryGetValue(entry, out Model? ended))
            {
                // Only an entry that has ended gives its slot away; some look-up passed it.
                ended.Expires.Should().BeLessThanOrEqualTo(_now);
                Forget(entry);
            }

            _store.Insert(entry, replyOnly: false);
            _entries[entry] = new Model(tuple, reply, _now + timeout, _now, ++_serial, 0, 0);
            _links[tuple] = entry << 1;
            _links[reply] = entry << 1 | 1;
        }

        private void ForgetExpired(in FlowTuple tuple)
        {
            if (_links.TryGetValue(tuple, out int link) && _entries[link >> 1].Expires <= _now) Forget(link >> 1);

            // What the model forgot the store must lose too, before its slot is told from a new one's.
            if (link != 0) Find(_store, tuple);
        }

        private void Forget(int entry)
        {
            _links.Remove(_entries[entry].Original);
            _links.Remove(_entries[entry].Reply);
            _entries.Remove(entry);
        }

        private long AnyTimeout() => _random.NextBelow(4) switch
        {
            0 => 432000 * Second,
            1 => int.MaxValue * Second,
            _ => (1 + _random.NextBelow(120)) * Second,
        };

        private FlowTuple AnyTuple()
        {
            uint flow = _random.NextBelow((uint)_flows);
            bool wide = _random.NextBelow(4) < _wideOfFour;
            IpAddr source = wide ? new IpAddr(0xFD00_0000_0000_0000, flow) : IpAddr.FromIPv4(0x0A000000 + flow);
            IpAddr destination = wide && flow % 3 != 0 ? new IpAddr(flow, 1) : IpAddr.FromIPv4(flow % 5);
            bool turned = _random.NextBelow(3) == 0;
            return new FlowTuple(
                turned ? destination : source, turned ? source : destination, (ushort)(flow % 7), (ushort)(flow % 2), flow % 2 == 0 ? Protocol.Tcp : Protocol.Udp);
        }

        private sealed record Model(FlowTuple Original, FlowTuple Reply, long Expires, long Created, long Serial, int Interface, uint Mark);
    }
}

internal static class FlowTupleOfTests
{
    /// <summary>The tuple with another low half of its source.</summary>
    public static FlowTuple WithLow(this FlowTuple tuple, ulong low) => tuple with { Source = new IpAddr(tuple.Source.High, low) };
}
