using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using static NodePortSim.Tests.Netfilter.Rules.Bed;

namespace NodePortSim.Tests.Netfilter.Rules;

public class TargetTests
{
    [Fact]
    public void SNAT_takes_its_address_and_keeps_the_port()
    {
        Bed bed = Load("*nat\n-A POSTROUTING -o veth2 -j SNAT --to-source 192.168.50.101\nCOMMIT\n");
        Through(bed, Syn(destination: Pod)).Packet.Tuple.Should().Be(Syn("192.168.50.101", Pod).Tuple);
    }

    [Fact]
    public void REDIRECT_goes_to_the_interfaces_first_address_or_to_loopback_for_the_nodes_own()
    {
        Bed bed = Load("*nat\n-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080\n-A OUTPUT -p tcp -m tcp --dport 80 -j REDIRECT\nCOMMIT\n");
        SocketBuffer arriving = new(Syn(destination: "1.2.3.4", destinationPort: 80), Veth2);
        bed.Run(Hook.Prerouting, ref arriving);
        arriving.Packet.Destination.Should().Be(IpAddr.Parse("10.10.2.1"));
        arriving.Packet.DestinationPort.Should().Be(8080);

        SocketBuffer own = new(Syn(Node, "1.2.3.4", 80, 40001), 0) { OutInterface = Eth0 };
        bed.Run(Hook.Output, ref own);
        own.Packet.Destination.Should().Be(IpAddr.Parse("127.0.0.1"));
        own.Packet.DestinationPort.Should().Be(80);
        own.OutInterface.Should().Be(1, "it was routed again");
    }

    [Fact]
    public void MASQUERADE_without_any_address_of_the_family_drops()
    {
        var bed = new Bed();
        bed.Machine.Load(SaveReader.Read("*nat\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n", IpFamily.IPv6).Rules);
        SocketBuffer buffer = new(Syn("fd00::1", "fd00::2"), Eth0) { OutInterface = Veth1, NextHop = IpAddr.Parse("fd00::2") };
        bed.Run(Hook.Prerouting, ref buffer);

        bed.Run(Hook.Postrouting, ref buffer).Should().Be(
            new HookVerdict(HookResult.Drop, DropCause.NoMasqueradeAddress, default, IptablesTable.Nat, "POSTROUTING", 0));
        bed.Machine.Conntrack.Count.Should().Be(0);
    }

    [Fact]
    public void NOTRACK_keeps_conntrack_and_nat_off_a_packet()
    {
        Bed bed = Load(
            """
            *raw
            -A PREROUTING -p tcp -m tcp --dport 30080 -j CT --notrack
            COMMIT
            *filter
            -A FORWARD -m conntrack --ctstate UNTRACKED -j DROP
            COMMIT
            *nat
            -A PREROUTING -p tcp -j DNAT --to-destination 10.10.2.7:8080
            COMMIT

            """);
        SocketBuffer excluded = new(Syn(), Eth0), tracked = new(Syn(destinationPort: 22), Eth0);

        bed.Run(Hook.Prerouting, ref excluded);
        excluded.Packet.Should().Be(Syn());
        bed.Run(Hook.Forward, ref excluded).Result.Should().Be(HookResult.Drop);
        bed.Run(Hook.Prerouting, ref tracked);
        tracked.Packet.Destination.Should().Be(IpAddr.Parse(Pod));
    }

    [Fact]
    public void A_flows_mark_is_saved_from_one_packet_and_restored_to_the_next()
    {
        Bed bed = Load(
            """
            *mangle
            -A PREROUTING -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff
            -A PREROUTING -m mark --mark 0x5 -j ACCEPT
            -A PREROUTING -m connmark --mark 0x5
            -A PREROUTING -j MARK --set-xmark 0x5/0xffffffff
            -A PREROUTING -j CONNMARK --save-mark --nfmask 0xf --ctmask 0xf
            -A PREROUTING -m connmark --mark 0x5
            COMMIT

            """);
        Through(bed, Syn(destination: Pod));
        Through(bed, Syn(destination: Pod)).Mark.Should().Be(5u);

        bed.Count(IptablesTable.Mangle, "PREROUTING", 1).Should().Be("[1:60]");
        bed.Count(IptablesTable.Mangle, "PREROUTING", 2).Should().Be("[0:0]");
        bed.Count(IptablesTable.Mangle, "PREROUTING", 5).Should().Be("[1:60]");
        bed.Machine.Conntrack.List().Should().ContainSingle().Which.Mark.Should().Be(5u);
    }

    [Fact]
    public void A_conntrack_match_looks_into_the_entry()
    {
        Bed bed = Load(
            """
            *filter
            -A FORWARD -m conntrack --ctstate DNAT --ctorigdst 192.168.50.1 --ctorigdstport 30080 --ctreplsrc 10.10.2.7 --ctdir ORIGINAL
            -A FORWARD -m conntrack --ctstate SNAT
            -A FORWARD -m conntrack ! --ctstate DNAT
            -A FORWARD -m conntrack --ctdir REPLY
            -A FORWARD -m conntrack --ctstatus CONFIRMED
            COMMIT
            *nat
            -A PREROUTING -p tcp -m tcp --dport 30080 -j DNAT --to-destination 10.10.2.7:8080
            COMMIT

            """);
        Through(bed, Syn());

        Counts(bed, "FORWARD", 5).Should().Be("1 0 0 0 0");
        Through(bed, Syn(destination: Pod, destinationPort: 22));
        Counts(bed, "FORWARD", 5).Should().Be("1 0 1 0 0");
        Through(bed, Syn());
        Counts(bed, "FORWARD", 5).Should().Be("2 0 1 0 1");
    }

    [Fact]
    public void Conntrack_is_off_until_a_rule_of_the_family_needs_it()
    {
        Bed bed = Load("*filter\n-A FORWARD -j ACCEPT\nCOMMIT\n*nat\nCOMMIT\n");
        bed.Machine.IsTracking(IpFamily.IPv4).Should().BeFalse();
        Through(bed, Syn(destination: Pod)).Info.Should().Be(ConntrackInfo.None);
        bed.PolicyCount(IptablesTable.Nat, "PREROUTING").Should().Be("[0:0]");

        bed.Machine.Load(SaveReader.Read("*filter\n:X - [0:0]\n-A X -m state --state NEW\nCOMMIT\n*nat\nCOMMIT\n", IpFamily.IPv4).Rules);
        bed.Machine.IsTracking(IpFamily.IPv4).Should().BeTrue("a rule anywhere will do");
        bed.Machine.IsTracking(IpFamily.IPv6).Should().BeFalse();
        Through(bed, Syn(destination: Pod)).Info.Should().Be(ConntrackInfo.New);
        bed.PolicyCount(IptablesTable.Nat, "PREROUTING").Should().Be("[1:60]");
    }

    [Fact]
    public void IPv6_packets_are_translated_by_IPv6_rules()
    {
        var bed = new Bed();
        bed.Machine.Load(SaveReader.Read("*nat\n-A PREROUTING -p tcp -m tcp --dport 30080 -j DNAT --to-destination [fd00:10::7]:8080\nCOMMIT\n", IpFamily.IPv6).Rules);

        SocketBuffer buffer = new(Syn("fd00::1", "fd00::2"), Eth0);
        bed.Run(Hook.Prerouting, ref buffer);
        buffer.Packet.Tuple.Should().Be(Syn("fd00::1", "fd00:10::7", 8080).Tuple);
    }

    private static Bed Load(string text)
    {
        var bed = new Bed();
        bed.Machine.Load(SaveReader.Read(text, IpFamily.IPv4).Rules);
        return bed;
    }

    private static SocketBuffer Through(Bed bed, Packet packet)
    {
        SocketBuffer buffer = new(packet, Eth0);
        bed.Run(Hook.Prerouting, ref buffer);
        var route = bed.Machine.Routing.Lookup(buffer.Packet.Destination);
        (buffer.OutInterface, buffer.NextHop) = (route.OutInterface, route.NextHop);
        bed.Run(Hook.Forward, ref buffer);
        bed.Run(Hook.Postrouting, ref buffer);
        return buffer;
    }

    private static string Counts(Bed bed, string chain, int rules) =>
        string.Join(' ', Enumerable.Range(0, rules).Select(i => bed.Machine.Counters(IpFamily.IPv4).OfRule(IptablesTable.Filter, chain, i).Packets));
}
