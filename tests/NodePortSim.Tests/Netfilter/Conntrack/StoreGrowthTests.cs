using System.Runtime.CompilerServices;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Nat;

namespace NodePortSim.Tests.Netfilter.Conntrack;

public class StoreGrowthTests
{
    /// <summary>In bytes, everything included.</summary>
    private const int MaxBytesPerConnection = 128;

    [Fact]
    public void The_parts_of_an_entry_have_the_sizes_that_the_table_is_made_for()
    {
        (Unsafe.SizeOf<ConntrackSlot>(), Unsafe.SizeOf<TcpFlow>(), Unsafe.SizeOf<TupleBucket>()).Should().Be((56, 52, 32));
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(23_170)]
    [InlineData(33_333)]
    [InlineData(65_537)]
    [InlineData(100_000)]
    [InlineData(150_000)]
    [InlineData(262_145)]
    public void A_masqueraded_TCP_connection_takes_at_most_128_bytes_of_all_that_is_allocated_for_it(int count)
    {
        ConntrackLab warm = WithNodePort();
        Connect(warm, 0, 100);
        ConntrackLab lab = WithNodePort();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Connect(lab, 0, count);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        lab.Table.Count.Should().Be(count);
        ((double)allocated / count).Should().BeLessThanOrEqualTo(MaxBytesPerConnection);
    }

    [Fact]
    public void A_table_of_a_few_flows_takes_a_few_kilobytes()
    {
        Connect(WithNodePort(), 0, 10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Connect(WithNodePort(), 0, 10);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThanOrEqualTo(8192);
    }

    [Fact]
    public void The_index_is_whole_at_every_size()
    {
        var store = new ConntrackStore(new TupleHash(new RandomSource(5)));
        store.BeginPacket(0);
        for (uint i = 1; i <= 40_000; i++)
        {
            Insert(store, Flow(i));
            if (i < 300 || i % 1999 == 0) (store.FindInconsistency() ?? "").Should().BeEmpty($"{i} flows");
        }

        for (uint i = 1; i <= 40_000; i++) Find(store, Flow(i)).Should().Be((int)i << 1);
        Find(store, Flow(40_001)).Should().Be(0);
    }

    [Fact]
    public void No_flow_that_comes_waits_for_more_than_a_few_others()
    {
        // What growth allocates for one flow is what it may have to fill: a 64th of the table at most, and a directory of chunks.
        var store = new ConntrackStore(new TupleHash(new RandomSource(5)));
        store.BeginPacket(0);
        long most = 0;
        for (uint i = 1; i <= 100_000; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Insert(store, Flow(i));
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        most.Should().BeLessThan(100_000 * MaxBytesPerConnection / 32);
    }

    [Fact]
    public void Whatever_jumps_the_clock_makes_flows_end_when_they_should()
    {
        ConntrackLab lab = WithNodePort();
        new TcpTalk(lab, 1).Open();
        lab.Send(ConntrackLab.Udp(ConntrackLab.Client, 2, ConntrackLab.Node, 30080));
        lab.Table.List().Select(static e => e.TimeoutSeconds).Should().Equal(432000, 30);

        lab.Wait(86400 * 4.5);
        lab.Table.List().Select(static e => (e.Id, e.TimeoutSeconds)).Should().Equal((1, 43200L));
        lab.Wait(86400 * 365 * 30.0);
        lab.Table.List().Should().BeEmpty();
        DateTimeOffset then = lab.Time.GetUtcNow();
        var talk = new TcpTalk(lab, 1);
        talk.Open();
        lab.Wait(43200.5);
        lab.Table.List().Select(static e => (e.Id, e.TimeoutSeconds, e.Created)).Should().Equal((3, 388799L, then));
        for (int i = 0; i < 1000; i++)
        {
            lab.Wait(86400 * 4);
            talk.Client(TcpFlags.Ack, payload: 1).Info.Should().Be(ConntrackInfo.Established);
            talk.Pod(TcpFlags.Ack).Info.Should().Be(ConntrackInfo.EstablishedReply);
        }

        lab.Table.List().Select(static e => (e.Id, e.TimeoutSeconds, e.Created)).Should().Equal((3, 432000L, then));
        lab.Table.FindInconsistency().Should().BeNull();
        lab.Table.CollectExpired();
        lab.Table.Count.Should().Be(1);
    }

    [Fact]
    public void A_timeout_of_68_years_is_kept()
    {
        var lab = new ConntrackLab();
        lab.Table.Sysctls = lab.Table.Sysctls.With("net.netfilter.nf_conntrack_udp_timeout", "2147483647")!;
        lab.Send(ConntrackLab.Udp(ConntrackLab.Client, 2, ConntrackLab.Node, 30080));
        lab.Wait(2147483000);
        lab.Table.List().Single().TimeoutSeconds.Should().Be(647);
        lab.Wait(647);
        lab.Table.List().Should().BeEmpty();
    }

    [Fact]
    public void Sources_are_remembered_from_before_anyone_asked_for_them()
    {
        // Masqueraded at random first, which asks for no source; then without random, so that the first asks for all.
        ConntrackLab lab = WithNodePort();
        for (int i = 0; i < 500; i++) lab.Send(ConntrackLab.Udp(ConntrackLab.Client, 1000 + i, ConntrackLab.Node, 30080));
        IReadOnlyList<ConntrackEntry> first = lab.Table.List();
        lab.Source = lab.Source!.Value with { Choice = NodePortSim.Iptables.Targets.SourcePortChoice.Keep };
        lab.Destination = lab.Destination!.Value with { Address = IpAddr.Parse("10.10.2.8") };
        for (int i = 0; i < 500; i++) lab.Send(ConntrackLab.Udp(ConntrackLab.Client, 1000 + i, ConntrackLab.Pod, 53));

        lab.Table.List().Skip(500).Select(static e => e.Reply.DestinationPort).Should().Equal(first.Select(static e => e.Reply.DestinationPort));
        lab.Table.FindInconsistency().Should().BeNull();
    }

    private static ConntrackLab WithNodePort() => ConntrackLab.WithNodePort(sysctls: new Sysctls { ConntrackMax = 0 });

    /// <summary>Opens connections, each half way (a SYN and its answer), 20,000 to each pod.</summary>
    private static void Connect(ConntrackLab lab, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            lab.Destination = new NatRange(ConntrackLab.Pod.Add((ulong)i / 20_000), lab.Destination!.Value.Ports, lab.Destination.Value.Choice);
            Packet syn = ConntrackLab.Udp(ConntrackLab.Client.Add((ulong)i / 50_000), 1024 + i % 50_000, ConntrackLab.Node, 30080) with
            {
                Protocol = Protocol.Tcp,
                Flags = TcpFlags.Syn,
                Window = 65000,
                PayloadLength = 0,
            };
            SocketBuffer sent = lab.Send(syn);
            lab.Send(ConntrackLab.Answer(sent.Packet) with { Flags = TcpFlags.Syn | TcpFlags.Ack, Acknowledgment = 1 });
        }
    }

    private static FlowTuple Flow(uint i) => new(IpAddr.FromIPv4(0x0A000000 + i / 1000), ConntrackLab.Node, (ushort)(1024 + i % 1000), 80, Protocol.Tcp);

    private static int Find(ConntrackStore store, in FlowTuple tuple) => store.Find(store.Hash.KeyOf(tuple), tuple);

    private static void Insert(ConntrackStore store, in FlowTuple tuple)
    {
        TupleInversion.TryInvert(tuple, out FlowTuple inverse);
        int entry = store.Open(tuple, inverse, store.Hash.KeyOf(tuple), accounted: false);
        store.Slots[entry].Expires = TimeSpan.TicksPerDay;
        store.Insert(entry, replyOnly: false);
    }
}
