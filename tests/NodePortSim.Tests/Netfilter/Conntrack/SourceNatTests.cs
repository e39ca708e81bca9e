using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Nat;

namespace NodePortSim.Tests.Netfilter.Conntrack;

public class SourceNatTests
{
    private static ushort PortOf(ConntrackLab lab, int clientPort, string client = "192.168.50.10") =>
        lab.Send(ConntrackLab.Udp(IpAddr.Parse(client), clientPort, ConntrackLab.Node, 30080)).Packet.SourcePort;

    [Fact]
    public void Random_fully_never_keeps_the_port_deliberately_and_without_it_the_port_is_kept()
    {
        ConntrackLab random = ConntrackLab.WithNodePort(), keeping = ConntrackLab.WithNodePort(choice: SourcePortChoice.Keep);
        Enumerable.Range(43000, 30).Count(port => PortOf(random, port) == port).Should().Be(0);
        Enumerable.Range(43000, 30).Count(port => PortOf(keeping, port) == port).Should().Be(30);
    }

    [Theory]
    [InlineData(100, 1, 511)]
    [InlineData(511, 1, 511)]
    [InlineData(512, 600, 1023)]
    [InlineData(1023, 600, 1023)]
    [InlineData(1024, 1024, 65535)]
    [InlineData(65535, 1024, 65535)]
    public void The_range_follows_the_clients_port(int port, int first, int last)
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        for (int i = 0; i < 200; i++) PortOf(lab, port, $"192.168.51.{i}").Should().BeInRange((ushort)first, (ushort)last);
    }

    [Fact]
    public void A_taken_port_gives_way_to_another_and_a_source_keeps_the_translation_that_it_got()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort(choice: SourcePortChoice.Keep);
        PortOf(lab, 45000, "192.168.50.100").Should().Be(45000);
        ushort other = PortOf(lab, 45000, "192.168.50.101");
        other.Should().NotBe(45000);
        lab.Destination = lab.Destination!.Value with { Ports = new PortRange(9090) };
        lab.Send(ConntrackLab.Udp(IpAddr.Parse("192.168.50.101"), 45000, ConntrackLab.Node, 30081)).Packet.SourcePort.Should().Be(other, "though 45000 is free there");
    }

    [Fact]
    public void Ports_are_counted_per_pod_so_one_port_serves_many()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort(choice: SourcePortChoice.Keep);
        PortOf(lab, 45000).Should().Be(45000);
        lab.Destination = lab.Destination!.Value with { Address = IpAddr.Parse("10.10.2.8") };
        PortOf(lab, 45000, "192.168.50.11").Should().Be(45000);
    }

    [Fact]
    public void A_clash_changes_the_source_port_although_no_rule_says_so()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        lab.Source = null;
        new TcpTalk(lab, 46000).Open();
        lab.Destination = null;
        new TcpTalk(lab, 46000, ConntrackLab.Pod, 8080).Open();
        ConntrackEntry direct = lab.Table.List()[1];
        direct.Reply.Destination.Should().Be(ConntrackLab.Client);
        direct.Reply.DestinationPort.Should().NotBe(46000);
        direct.Status.Should().HaveFlag(ConntrackStatus.SourceNat).And.NotHaveFlag(ConntrackStatus.DestinationNat);
    }

    [Fact]
    public void Without_a_free_port_the_SYN_is_dropped_silently_at_confirm()
    {
        ConntrackLab lab = SmallRange();
        for (int i = 0; i < 10; i++) new TcpTalk(lab, 40000 + i).Open();
        lab.Table.List().Select(e => (int)e.Reply.DestinationPort).Order().Should().Equal(Enumerable.Range(40000, 10));
        for (int i = 10; i < 12; i++) new TcpTalk(lab, 40000 + i).Client(TcpFlags.Syn);
        lab.LastVerdict.Should().Be(DropVerdict.InsertFailed);
        (lab.Table.Count, lab.Table.Statistics.InsertFailed, lab.Table.Statistics.Drop).Should().Be((10, 2L, 2L));
        lab.Destination = lab.Destination!.Value with { Address = IpAddr.Parse("10.10.2.8") };
        new TcpTalk(lab, 40010).Client(TcpFlags.Syn);
        lab.LastVerdict.Should().Be(DropVerdict.Accept, "another backend has its own ten ports");
    }

    [Fact]
    public void Ports_held_by_TIME_WAIT_are_taken_over_by_connections_whose_sequence_is_further()
    {
        ConntrackLab lab = SmallRange();
        for (int i = 0; i < 10; i++) new TcpTalk(lab, 40000 + i).Open().Close();
        new TcpTalk(lab, 50000) { ClientNext = 500 }.Client(TcpFlags.Syn);
        lab.LastVerdict.Should().Be(DropVerdict.InsertFailed, "its sequence number is behind");
        new TcpTalk(lab, 50001) { ClientNext = 2000000 }.Client(TcpFlags.Syn);
        lab.LastVerdict.Should().Be(DropVerdict.Accept);
        lab.Table.List().Count(e => e.TcpState == TcpState.TimeWait).Should().Be(9);
    }

    [Fact]
    public void The_search_gives_up_after_248_tries_long_before_exhaustion()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        lab.Source = lab.Source!.Value with { Ports = new PortRange(10000, 14095) };
        int failed = 0;
        for (int i = 0; i < 4096; i++)
        {
            long before = lab.Table.Statistics.Found;
            PortOf(lab, 20000 + i % 4000, i < 4000 ? "192.168.50.10" : "192.168.50.11");
            (lab.Table.Statistics.Found - before).Should().BeLessThanOrEqualTo(248);
            if (lab.LastVerdict == DropVerdict.InsertFailed) failed++;
        }

        failed.Should().BeInRange(1, 200);
        lab.Table.Count.Should().Be(4096 - failed);
        lab.Table.Statistics.InsertFailed.Should().Be(failed);
    }

    [Fact]
    public void A_masqueraded_flow_that_leaves_by_another_interface_is_dropped_and_its_entry_ends()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        PortOf(lab, 45000);
        lab.OutInterface = 7;
        PortOf(lab, 45000);
        lab.LastVerdict.Should().Be(DropVerdict.MasqueradeInterfaceChanged);
        lab.Table.Count.Should().Be(0);
    }

    [Fact]
    public void When_an_interface_goes_down_the_flows_masqueraded_through_it_end()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        PortOf(lab, 45000);
        lab.Table.DeleteMasqueraded(ConntrackLab.ClientInterface);
        lab.Table.Count.Should().Be(1);
        lab.Table.DeleteMasqueraded(ConntrackLab.PodInterface);
        lab.Table.Count.Should().Be(0);
    }

    [Fact]
    public void A_destination_range_is_used_from_its_start()
    {
        var lab = new ConntrackLab { Destination = new NatRange(ConntrackLab.Pod, new PortRange(9000, 9001), SourcePortChoice.Keep) };
        lab.Send(ConntrackLab.Udp(ConntrackLab.Client, 1000, ConntrackLab.Node, 80)).Packet.DestinationPort.Should().Be(9000);
    }

    private static ConntrackLab SmallRange()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        lab.Source = lab.Source!.Value with { Ports = new PortRange(40000, 40009) };
        return lab;
    }
}
