using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Routing;
using static NodePortSim.Tests.Netfilter.Rules.Bed;

namespace NodePortSim.Tests.Netfilter.Rules;

public class NodePortTests
{
    private const IptablesTable Nat = IptablesTable.Nat, Filter = IptablesTable.Filter;

    [Fact]
    public void The_first_packet_is_translated_marked_and_masqueraded_and_its_reply_translated_back()
    {
        Bed bed = Kube();

        SocketBuffer syn = Forward(bed, Syn());
        IpAddr pod = syn.Packet.Destination;
        syn.Packet.DestinationPort.Should().Be(8080);
        syn.Packet.Source.Should().Be(pod == IpAddr.Parse("10.10.1.4") ? IpAddr.Parse("10.10.1.1") : IpAddr.Parse("10.10.2.1"));
        syn.Packet.SourcePort.Should().BeInRange(1024, 65535).And.NotBe(40000);
        syn.Mark.Should().Be(0u, "KUBE-POSTROUTING takes the mark off");

        SocketBuffer reply = Forward(bed, SynAck(syn.Packet), syn.OutInterface);
        reply.Info.Should().Be(ConntrackInfo.EstablishedReply);
        reply.Packet.Tuple.Should().Be(new FlowTuple(IpAddr.Parse(Node), IpAddr.Parse(Client), 30080, 40000, Protocol.Tcp));
    }

    [Fact]
    public void The_trace_of_a_first_packet_names_every_rule()
    {
        Bed bed = Kube(seed: 5);

        string text = bed.Trace(Hook.Prerouting, Syn());
        text.Should().Be(
            """
            Prerouting 192.168.50.10:40000 > 192.168.50.1:30080
              conntrack New
              nat
                PREROUTING 1: matched
                KUBE-SERVICES 1: not -d 10.96.10.1/32
                KUBE-SERVICES 2: matched
                KUBE-NODEPORTS 1: not -d 127.0.0.0/8
                KUBE-NODEPORTS 2: matched
                KUBE-EXT-VTR7MTHHNMFZ3OFS 1: matched
                KUBE-MARK-MASQ 1: matched
                KUBE-EXT-VTR7MTHHNMFZ3OFS 2: matched
                KUBE-SVC-VTR7MTHHNMFZ3OFS 1: not -d 10.96.10.1/32
                KUBE-SVC-VTR7MTHHNMFZ3OFS 2: drawn not below 1073741824
                KUBE-SVC-VTR7MTHHNMFZ3OFS 2: not -m statistic --mode random --probability 0.50000000000
                KUBE-SVC-VTR7MTHHNMFZ3OFS 3: matched
                KUBE-SEP-FBJG45W6XHLV2NA6 1: not -s 10.10.2.7/32
                KUBE-SEP-FBJG45W6XHLV2NA6 2: matched
              DNAT: 192.168.50.10:40000 > 192.168.50.1:30080 becomes 192.168.50.10:40000 > 10.10.2.7:8080
              Accept
            """);
    }

    [Fact]
    public void A_retransmitted_SYN_keeps_its_pod_walks_no_nat_chain_and_has_no_mark()
    {
        Bed bed = Kube();
        SocketBuffer first = Forward(bed, Syn());

        SocketBuffer again = new(Syn(), Eth0);
        bed.Run(Hook.Prerouting, ref again);
        again.Packet.Destination.Should().Be(first.Packet.Destination);
        again.Mark.Should().Be(0u);
        again.Info.Should().Be(ConntrackInfo.New);
        again.OutInterface = first.OutInterface;
        bed.Run(Hook.Postrouting, ref again);
        again.Packet.Tuple.Should().Be(first.Packet.Tuple);
        bed.Count(Nat, "PREROUTING", 0).Should().Be("[1:60]");
        bed.Count(Nat, "POSTROUTING", 0).Should().Be("[1:60]");
    }

    [Fact]
    public void Nat_chains_count_connections_filter_chains_packets_and_policies_what_no_rule_decided()
    {
        Bed bed = Kube();
        SocketBuffer syn = Forward(bed, Syn());
        Forward(bed, SynAck(syn.Packet), syn.OutInterface);
        for (int i = 0; i < 3; i++) Forward(bed, Ack());

        bed.Count(Nat, "KUBE-SERVICES", 1).Should().Be("[1:60]");
        bed.Count(Nat, "KUBE-NODEPORTS", 1).Should().Be("[1:60]");
        bed.Count(Nat, "KUBE-MARK-MASQ", 0).Should().Be("[1:60]");
        bed.Count(Nat, "KUBE-POSTROUTING", 0).Should().Be("[0:0]");
        bed.Count(Nat, "KUBE-POSTROUTING", 1).Should().Be("[1:60]");
        bed.Count(Nat, "KUBE-POSTROUTING", 2).Should().Be("[1:60]");
        bed.PolicyCount(Nat, "PREROUTING").Should().Be("[0:0]", "DNAT decided");
        bed.PolicyCount(Nat, "POSTROUTING").Should().Be("[0:0]", "MASQUERADE decided");
        bed.Count(Filter, "FORWARD", 1).Should().Be("[5:276]");
        bed.Count(Filter, "KUBE-FORWARD", 1).Should().Be("[1:60]", "only the first packet is marked");
        bed.Count(Filter, "KUBE-FORWARD", 2).Should().Be("[4:216]");
        bed.PolicyCount(Filter, "FORWARD").Should().Be("[0:0]");
    }

    [Fact]
    public void A_packet_that_no_nat_rule_takes_reaches_the_policy_and_gets_null_bindings()
    {
        Bed bed = Kube();
        SocketBuffer through = Forward(bed, Syn(destination: "10.10.2.7", destinationPort: 8080));

        through.Packet.Tuple.Should().Be(Syn(destination: "10.10.2.7", destinationPort: 8080).Tuple);
        bed.PolicyCount(Nat, "PREROUTING").Should().Be("[1:60]");
        bed.PolicyCount(Nat, "POSTROUTING").Should().Be("[1:60]");
        bed.Count(Nat, "KUBE-POSTROUTING", 0).Should().Be("[1:60]", "RETURN for lack of the mark");
    }

    [Fact]
    public void A_node_port_without_endpoints_is_rejected_in_INPUT_and_leaves_no_entry()
    {
        Bed bed = Kube();
        SocketBuffer syn = new(Syn(destinationPort: 30083), Eth0);

        bed.Run(Hook.Prerouting, ref syn).Result.Should().Be(HookResult.Accept);
        bed.Run(Hook.Input, ref syn).Should().Be(
            new HookVerdict(HookResult.Reject, DropCause.Rule, default, Filter, "KUBE-EXTERNAL-SERVICES", 0));
        bed.Machine.Conntrack.Count.Should().Be(1, "the answer to the packet will be translated by its entry");
        bed.Machine.Conntrack.Release(ref syn);
        syn.Entry.Should().Be(-1);
        bed.Machine.Conntrack.Count.Should().Be(0);

        SocketBuffer again = new(Syn(destinationPort: 30083), Eth0);
        bed.Run(Hook.Prerouting, ref again);
        bed.Count(Nat, "KUBE-SERVICES", 1).Should().Be("[2:120]", "each try is a new connection");
    }

    [Fact]
    public void A_packet_of_no_connection_skips_nat_and_is_dropped_in_FORWARD()
    {
        Bed bed = Kube();
        Packet stray = SynAck(Syn(destination: "10.10.2.7"));
        SocketBuffer buffer = new(stray, Veth2);

        bed.Run(Hook.Prerouting, ref buffer);
        buffer.Info.Should().Be(ConntrackInfo.Invalid);
        buffer.Packet.Should().Be(stray);
        bed.Run(Hook.Forward, ref buffer).Should().Be(new HookVerdict(HookResult.Drop, DropCause.Rule, default, Filter, "KUBE-FORWARD", 0));
        bed.Count(Nat, "PREROUTING", 0).Should().Be("[0:0]");
        bed.Machine.AccountingObjects["ct_state_invalid_dropped_pkts"]!.Counter.Packets.Should().Be(1);
    }

    [Fact]
    public void From_127_0_0_1_the_second_routing_fails_unless_route_localnet_after_nat_has_counted()
    {
        Bed closed = Kube(), open = Kube(new Sysctls { Forwarding = true, RouteLocalnet = true });
        SocketBuffer lost = Local(closed, "127.0.0.1", "127.0.0.1"), sent = Local(open, "127.0.0.1", "127.0.0.1");

        closed.Run(Hook.Output, ref lost).Should().Be(HookVerdict.Drop(DropCause.RerouteFailed));
        closed.Count(Nat, "OUTPUT", 0).Should().Be("[1:60]");
        closed.Machine.AccountingObjects["localhost_nps_accepted_pkts"]!.Counter.Packets.Should().Be(1);
        closed.Count(Filter, "OUTPUT", 0).Should().Be("[0:0]", "filter is not reached");
        closed.Machine.Conntrack.Count.Should().Be(0);

        open.Run(Hook.Output, ref sent).Result.Should().Be(HookResult.Accept);
        sent.OutInterface.Should().BeOneOf(Veth1, Veth2);
        sent.NextHop.Should().Be(sent.Packet.Destination);
        open.Run(Hook.Postrouting, ref sent);
        sent.Packet.Source.ToString().Should().BeOneOf("10.10.1.1", "10.10.2.1");
        open.Machine.Conntrack.List().Should().ContainSingle().Which.Original.Source.Should().Be(IpAddr.Parse("127.0.0.1"));
    }

    [Fact]
    public void A_nodes_own_packet_is_routed_again_after_DNAT()
    {
        Bed bed = Kube();
        SocketBuffer syn = Local(bed, Node, Node);

        bed.Run(Hook.Output, ref syn).Result.Should().Be(HookResult.Accept);
        syn.OutInterface.Should().BeOneOf(Veth1, Veth2);
        syn.Packet.Destination.Should().Be(syn.NextHop);
    }

    [Fact]
    public void Over_lo_a_packet_keeps_its_entry_and_walks_no_nat_chain_again()
    {
        Bed bed = Kube();
        SocketBuffer syn = Local(bed, Node, Node, 30083);
        bed.Run(Hook.Output, ref syn).Result.Should().Be(HookResult.Accept);
        bed.Run(Hook.Postrouting, ref syn).Result.Should().Be(HookResult.Accept);
        int entry = syn.Entry;
        syn.InInterface = 1;
        syn.OutInterface = 0;

        bed.Run(Hook.Prerouting, ref syn).Result.Should().Be(HookResult.Accept);
        syn.Entry.Should().Be(entry);
        bed.Count(Nat, "PREROUTING", 0).Should().Be("[0:0]");
        bed.Run(Hook.Input, ref syn).Chain.Should().Be("KUBE-EXTERNAL-SERVICES");
        bed.Machine.Conntrack.List().Should().ContainSingle("it was confirmed at POSTROUTING, before INPUT rejected");
    }

    [Fact]
    public void Established_packets_allocate_nothing()
    {
        Bed bed = Kube();
        SocketBuffer syn = Forward(bed, Syn());
        Forward(bed, SynAck(syn.Packet), syn.OutInterface);
        Packet ack = Ack();
        for (int i = 0; i < 100; i++) Forward(bed, ack);

        Allocation.Of(_ => { for (int i = 0; i < 1000; i++) Forward(bed, ack); }).Should().Be(0);
    }

    [Fact]
    public void Both_endpoints_are_chosen_equally_often()
    {
        Bed bed = Kube();
        int first = 0;
        for (int i = 0; i < 2000; i++)
            if (Forward(bed, Syn(sourcePort: (ushort)(20000 + i))).Packet.Destination == IpAddr.Parse("10.10.1.4")) first++;

        first.Should().BeInRange(900, 1100);
        bed.Count(Nat, "KUBE-SVC-VTR7MTHHNMFZ3OFS", 1).Should().Be($"[{first}:{first * 60}]");
        bed.Count(Nat, "KUBE-SVC-VTR7MTHHNMFZ3OFS", 2).Should().Be($"[{2000 - first}:{(2000 - first) * 60}]");
    }

    private static Bed Kube(Sysctls? sysctls = null, ulong seed = 3)
    {
        var bed = new Bed(sysctls, seed);
        bed.Machine.Load(KubeProxyRules.Rules);
        return bed;
    }

    /// <summary>Carries a packet in, through and out.</summary>
    private static SocketBuffer Forward(Bed bed, in Packet packet, int inInterface = Eth0)
    {
        SocketBuffer buffer = new(packet, inInterface);
        bed.Run(Hook.Prerouting, ref buffer).Result.MustBe(HookResult.Accept);
        RouteDecision route = bed.Machine.Routing.Lookup(buffer.Packet.Destination);
        buffer.OutInterface = route.OutInterface;
        buffer.NextHop = route.NextHop;
        bed.Run(Hook.Forward, ref buffer).Result.MustBe(HookResult.Accept);
        bed.Run(Hook.Postrouting, ref buffer).Result.MustBe(HookResult.Accept);
        return buffer;
    }

    private static SocketBuffer Local(Bed bed, string source, string destination, ushort port = 30080)
    {
        SocketBuffer buffer = new(Syn(source, destination, port), 0);
        RouteDecision route = bed.Machine.Routing.Lookup(buffer.Packet.Destination);
        buffer.OutInterface = route.OutInterface;
        buffer.NextHop = route.NextHop;
        return buffer;
    }

    private static Packet SynAck(Packet to) => to with
    {
        Source = to.Destination,
        Destination = to.Source,
        SourcePort = to.DestinationPort,
        DestinationPort = to.SourcePort,
        Flags = TcpFlags.Syn | TcpFlags.Ack,
        Sequence = 9000,
        Acknowledgment = to.Sequence + 1,
    };

    private static Packet Ack() => Syn() with { Flags = TcpFlags.Ack, Sequence = 1001, Acknowledgment = 9001, Length = 52, WindowScale = -1 };
}

internal static class Quiet
{
    /// <summary>An assertion that allocates nothing where it holds.</summary>
    public static void MustBe(this HookResult actual, HookResult expected)
    {
        if (actual != expected) actual.Should().Be(expected);
    }
}
