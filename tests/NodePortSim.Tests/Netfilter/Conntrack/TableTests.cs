using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Conntrack;

namespace NodePortSim.Tests.Netfilter.Conntrack;

public class TableTests
{
    private static Packet Udp(int port, string source = "192.168.50.10") => ConntrackLab.Udp(IpAddr.Parse(source), port, ConntrackLab.Node, 30080);

    [Fact]
    public void A_full_table_drops_new_flows_and_keeps_old_ones()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort(sysctls: new Sysctls { ConntrackMax = 10 });
        for (int i = 0; i < 15; i++) lab.Send(Udp(1000 + i));
        lab.LastVerdict.Should().Be(DropVerdict.TableFull);
        (lab.Table.Count, lab.Table.Statistics.Drop, lab.Table.Statistics.EarlyDrop).Should().Be((10, 5L, 0L));
        lab.Send(Udp(1000)).Info.Should().Be(ConntrackInfo.New);
        lab.LastVerdict.Should().Be(DropVerdict.Accept);
    }

    [Fact]
    public void Early_drop_takes_only_unassured_entries_near_the_new_ones_bucket()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort(sysctls: new Sysctls { ConntrackMax = 40000 });
        var assured = new TcpTalk(lab, 999).Open();
        int sent = 0;
        while (lab.Table.Statistics.EarlyDrop == 0 && sent < 60000) lab.Send(Udp(1024 + sent % 60000, $"192.168.{sent++ / 60000}.1"));
        lab.Table.Statistics.EarlyDrop.Should().BeGreaterThan(0);
        lab.Table.Count.Should().BeLessThanOrEqualTo(40000);
        assured.Client(TcpFlags.Ack).Info.Should().Be(ConntrackInfo.Established);
        lab.Table.FindInconsistency().Should().BeNull();
    }

    [Fact]
    public void A_second_datagram_sent_before_the_first_was_confirmed_continues_with_the_firsts_entry()
    {
        var lab = new ConntrackLab();
        SocketBuffer first = lab.Prerouting(Udp(1000)), second = lab.Prerouting(Udp(1000));
        second.Entry.Should().NotBe(first.Entry);
        lab.Leave(ref first);
        lab.Leave(ref second);
        second.Entry.Should().Be(first.Entry);
        (lab.Table.Count, lab.Table.Statistics.ClashResolve, lab.Table.Statistics.InsertFailed).Should().Be((1, 1L, 0L));
    }

    [Fact]
    public void Two_queries_with_different_backends_are_both_answered_and_the_second_ones_entry_is_hidden()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        SocketBuffer first = lab.Prerouting(Udp(1000));
        lab.Destination = lab.Destination!.Value with { Address = IpAddr.Parse("10.10.2.8") };
        SocketBuffer second = lab.Prerouting(Udp(1000));
        lab.Leave(ref first);
        lab.Leave(ref second);
        lab.LastVerdict.Should().Be(DropVerdict.Accept);
        lab.Table.List().Should().ContainSingle();
        lab.Send(ConntrackLab.Answer(second.Packet)).Packet.Tuple.Should().Be(ConntrackLab.Answer(Udp(1000)).Tuple);
        lab.Send(ConntrackLab.Answer(second.Packet)).Info.Should().NotBe(ConntrackInfo.EstablishedReply, "one answer ends it");
        lab.Table.FindInconsistency().Should().BeNull();
    }

    [Fact]
    public void A_clash_of_TCP_drops_the_packet()
    {
        var lab = new ConntrackLab();
        Packet syn = Udp(1000) with { Protocol = Protocol.Tcp, Flags = TcpFlags.Syn, Window = 1000 };
        SocketBuffer first = lab.Prerouting(syn), second = lab.Prerouting(syn);
        lab.Leave(ref first);
        lab.Leave(ref second);
        lab.LastVerdict.Should().Be(DropVerdict.InsertFailed);
        (lab.Table.Count, lab.Table.Statistics.Drop, lab.Table.Statistics.InsertFailed).Should().Be((1, 1L, 1L));
    }

    [Fact]
    public void A_packet_that_came_over_lo_with_its_entry_or_was_excluded_is_left_alone()
    {
        var lab = new ConntrackLab();
        SocketBuffer buffer = lab.Send(Udp(1000));
        SocketBuffer before = buffer;
        lab.Table.Track(ref buffer).Should().Be(DropVerdict.Accept);
        buffer.Should().Be(before);
        buffer = new SocketBuffer(Udp(1001), 1) { Info = ConntrackInfo.Untracked };
        lab.Table.Track(ref buffer);
        (buffer.Entry, buffer.Info, lab.Table.Count).Should().Be((-1, ConntrackInfo.Untracked, 1));
    }

    [Fact]
    public void Expired_entries_vanish_from_the_listing_at_once_and_are_collected_within_a_minute_of_traffic()
    {
        var lab = new ConntrackLab();
        for (int i = 0; i < 1000; i++) lab.Send(Udp(1000 + i));
        lab.Wait(30);
        lab.Table.List().Should().BeEmpty();
        lab.Table.Count.Should().Be(1000);
        for (int i = 0; i < 90; i++)
        {
            lab.Wait(1);
            lab.Send(Udp(9));
        }

        lab.Table.Count.Should().Be(1);
        lab.Table.FindInconsistency().Should().BeNull();
    }

    [Fact]
    public void Delete_takes_what_the_filter_names_and_says_what_it_took()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        lab.Send(Udp(1));
        lab.Send(Udp(2, "192.168.50.11"));
        new TcpTalk(lab).Open();
        lab.Table.Delete(new ConntrackFilter { Protocol = Protocol.Udp, DestinationPort = 30080, DestinationNat = IpAddr.Parse("10.10.2.9") }).Should().BeEmpty();
        lab.Table.Delete(new ConntrackFilter { Protocol = Protocol.Udp, DestinationNat = ConntrackLab.Pod, SourcePort = 2 })
            .Select(e => e.Original.Source.ToString()).Should().Equal("192.168.50.11");
        lab.Table.List(new ConntrackFilter { State = TcpState.Established }).Should().ContainSingle();
        lab.Table.List(new ConntrackFilter { SourceNat = ConntrackLab.Masquerade, Family = IpFamily.IPv4 }).Should().HaveCount(2);
        lab.Table.Flush();
        lab.Table.Count.Should().Be(0);
        lab.Send(Udp(1)).Info.Should().Be(ConntrackInfo.New);
        lab.DestinationWalks.Should().Be(4);
    }

    [Fact]
    public void A_changed_timeout_holds_from_the_next_packet_on()
    {
        var lab = new ConntrackLab();
        lab.Send(Udp(1));
        lab.Table.Sysctls = lab.Table.Sysctls.With("net.netfilter.nf_conntrack_udp_timeout", "5")!;
        lab.Table.List().Single().TimeoutSeconds.Should().Be(30);
        lab.Send(Udp(1));
        lab.Table.List().Single().TimeoutSeconds.Should().Be(5);
    }
}
