using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Paths;
using NodePortSim.Netfilter.Rules;
using NodePortSim.Simulation;
using NodePortSim.Tests.Netfilter.Rules;
using NodePortSim.Tests.Simulation;
using static NodePortSim.Tests.Netfilter.Rules.Bed;

namespace NodePortSim.Tests.Netfilter.Paths;

/// <summary>When a packet's path is known, when it isn't, and that nobody can tell from outside.</summary>
public class KnownPathTests
{
    [Fact]
    public void Connections_leave_nodes_as_traced_ones_do()
    {
        Simulator traced = LabFiles.Simulator(), silent = LabFiles.Simulator();
        for (int i = 0; i < 5; i++)
        {
            traced.Client("mypc").Trace("myk8s-worker:30682");
            silent.Client("mypc").Connect("myk8s-worker:30682");
        }

        StateOf(silent).Should().Be(StateOf(traced));
        Known(traced).Should().Be(0);
        Known(silent).Should().BeGreaterThan(0);
    }

    [Fact]
    public void Counters_show_packets_of_known_paths_at_once()
    {
        Bed bed = Talking(BuiltIn("FORWARD", Rule(new AcceptTarget(), new ConntrackMatch(ConntrackStates.Established))));
        string before = bed.Count(IptablesTable.Filter, "FORWARD", 0);
        (before, bed.Machine.PacketsOfKnownPaths).Should().Be(("[2:112]", 0L));
        Send(bed, 3);
        (bed.Count(IptablesTable.Filter, "FORWARD", 0), bed.Machine.PacketsOfKnownPaths).Should().Be(("[5:268]", 3L));
        bed.Machine.Counters(IpFamily.IPv4).Zero();
        Send(bed, 1);
        bed.Count(IptablesTable.Filter, "FORWARD", 0).Should().Be("[1:52]");
    }

    [Fact]
    public void A_chain_that_a_reload_keeps_has_the_packets_of_known_paths_too()
    {
        Bed bed = Talking(BuiltIn("FORWARD", Rule(new AcceptTarget(), new ConntrackMatch(ConntrackStates.Established))));
        Send(bed, 3);
        bed.With(IptablesTable.Mangle, BuiltIn("FORWARD"));
        bed.Count(IptablesTable.Filter, "FORWARD", 0).Should().Be("[5:268]");
        Send(bed, 2);
        (bed.Count(IptablesTable.Filter, "FORWARD", 0), bed.Machine.PacketsOfKnownPaths).Should().Be(("[7:372]", 4L), "the first packet after a reload shows the way");
    }

    [Fact]
    public void A_reload_of_nat_alone_leaves_paths_known_and_their_counts_where_they_were()
    {
        Bed bed = Talking(BuiltIn("FORWARD", Rule(new AcceptTarget(), new ConntrackMatch(ConntrackStates.Established))));
        Send(bed, 1);
        bed.With(IptablesTable.Nat, BuiltIn("PREROUTING"), BuiltIn("POSTROUTING", Rule(new AcceptTarget()), Rule(new MasqueradeTarget())));
        Send(bed, 2);
        (bed.Count(IptablesTable.Filter, "FORWARD", 0), bed.Machine.PacketsOfKnownPaths).Should().Be(("[5:268]", 3L));
        RuleSet withoutNat = RuleSet.Empty(IpFamily.IPv4).With(bed.Machine.Rules(IpFamily.IPv4)[IptablesTable.Filter]!);
        bed.Machine.Load(withoutNat, FlushedChains.None);
        Send(bed, 1);
        bed.Machine.PacketsOfKnownPaths.Should().Be(3, "nothing translates sources any longer");
    }

    [Fact]
    public void A_rule_that_looks_at_the_packets_length_keeps_every_packet_on_the_general_way()
    {
        Bed bed = Talking(BuiltIn("FORWARD", Rule(null, new LengthMatch(1000, 1500))));
        Send(bed, 5);
        bed.Machine.PacketsOfKnownPaths.Should().Be(0);
    }

    [Fact]
    public void A_path_is_not_taken_with_another_mark_of_the_flow()
    {
        Bed bed = Talking(BuiltIn("FORWARD", Rule(new DropTarget(), new ConnmarkMatch(1, 1))));
        Send(bed, 2);
        bed.Machine.Conntrack.SetMark(1, 1);
        Send(bed, 1, ForwardResult.Ended);
        bed.Machine.Conntrack.SetMark(1, 2);
        Send(bed, 2);
        bed.Machine.PacketsOfKnownPaths.Should().Be(3);
    }

    [Fact]
    public void A_path_is_not_taken_with_another_status_of_the_flow()
    {
        var assured = new ConntrackMatch(ConntrackStates.None) { Entry = new ConntrackEntryTest { Status = new ConntrackStatusTest(ConntrackStatuses.Assured) } };
        Bed bed = new Bed().With(IptablesTable.Filter, BuiltIn("FORWARD", Rule(new DropTarget(), assured)));
        Packet request = Syn(Client, Pod) with { Protocol = Protocol.Udp };
        Packet answer = request with
        {
            Source = request.Destination,
            Destination = request.Source,
            SourcePort = request.DestinationPort,
            DestinationPort = request.SourcePort,
        };
        ForwardResult Pass(Packet packet)
        {
            var buffer = new SocketBuffer(packet, packet == request ? Eth0 : Veth2);
            return bed.Machine.Forward(ref buffer).Result;
        }

        ForwardResult[] results = [Pass(request), Pass(answer), Pass(request), Pass(request)];
        results.Should().AllBeEquivalentTo(ForwardResult.Forwarded);
        bed.Machine.PacketsOfKnownPaths.Should().Be(1);
        bed.Wait(3);
        Pass(request).Should().Be(ForwardResult.Ended, "a flow of more than two seconds is assured");
        Pass(request).Should().Be(ForwardResult.Ended);
        bed.Machine.PacketsOfKnownPaths.Should().Be(1);
    }

    [Fact]
    public void Flows_that_meet_the_same_rules_share_a_path()
    {
        Bed bed = Talking(BuiltIn("FORWARD"));
        var table = new PathTable();
        Chain chain = BuiltIn("FORWARD");
        CountedRule[] rules = [new(new LoadedChain(IptablesTable.Filter, PreparedChain.Of(chain)), CountedRule.Policy)];
        var path = new KnownPath { InInterface = 2, OutInterface = 3 };
        ushort first = table.Intern(path, rules);
        table.Intern(path, rules).Should().Be(first);
        table.Intern(path, []).Should().NotBe(first);
        table.Intern(path with { MarkOut = 1 }, rules).Should().NotBe(first);
        table.Count.Should().Be(3);
    }

    [Fact]
    public void Paths_are_bounded_and_numbers_begin_anew_when_they_have_run_out()
    {
        var table = new PathTable();
        for (int round = 0; !table.HasRunOut; round++)
        {
            round.Should().BeLessThan(20);
            for (int i = 0; i < PathTable.MaxPaths; i++) table.Intern(new KnownPath { InInterface = i }, []).Should().NotBe(0);
            table.Intern(new KnownPath { InInterface = -1 }, []).Should().Be(0);
            table.Clear();
        }

        table.BeginAnew();
        table.Intern(default, []).Should().Be(1);
    }

    [Fact]
    public void Entries_forget_their_paths_when_numbers_begin_anew()
    {
        Bed bed = Talking(BuiltIn("FORWARD", Rule(new AcceptTarget(), new ConntrackMatch(ConntrackStates.Established))));
        for (int i = 0; i < 70_000; i++)
        {
            bed.Machine.Conntrack.Sysctls = bed.Machine.Conntrack.Sysctls with { IcmpRateLimit = i };
            Send(bed, 1);
        }

        bed.Machine.PacketsOfKnownPaths.Should().Be(0, "every packet was the first after a change of parameters");
        Send(bed, 1);
        bed.Machine.PacketsOfKnownPaths.Should().Be(1);
    }

    /// <summary>A connection through a node with one filter chain: opened, answered, acknowledged.</summary>
    private static Bed Talking(Chain forward)
    {
        Bed bed = new Bed().With(IptablesTable.Filter, forward).With(IptablesTable.Nat, BuiltIn("POSTROUTING", Rule(new MasqueradeTarget())));
        var syn = new SocketBuffer(Syn(Client, Pod), Eth0);
        bed.Machine.Forward(ref syn).Should().Be(default(ForwardVerdict));
        var answer = new SocketBuffer(
            syn.Packet with
            {
                Source = syn.Packet.Destination,
                Destination = syn.Packet.Source,
                SourcePort = syn.Packet.DestinationPort,
                DestinationPort = syn.Packet.SourcePort,
                Flags = TcpFlags.Syn | TcpFlags.Ack,
                Sequence = 5000,
                Acknowledgment = 1001,
            },
            Veth2);
        bed.Machine.Forward(ref answer).Should().Be(default(ForwardVerdict));
        Send(bed, 1);
        return bed;
    }

    private static void Send(Bed bed, int count, ForwardResult expected = ForwardResult.Forwarded)
    {
        for (int i = 0; i < count; i++)
        {
            var buffer = new SocketBuffer(
                Syn(Client, Pod) with { Flags = TcpFlags.Ack, Sequence = 1001, Acknowledgment = 5001, WindowScale = -1, Length = 52 }, Eth0);
            ForwardResult result = bed.Machine.Forward(ref buffer).Result;
            if (result != expected) result.Should().Be(expected);
        }
    }

    private static long Known(Simulator simulator) => simulator.Nodes.Sum(node => simulator.Cluster.Network.FindNode(node.Name)!.Host.Netfilter.PacketsOfKnownPaths);

    private static string StateOf(Simulator simulator) => string.Join('\n', simulator.Nodes.Select(static node =>
        string.Join('\n', [node.Name, node.Iptables.Save(IptablesTable.Nat, counters: true), node.Iptables.Save(IptablesTable.Filter, counters: true), .. node.Conntrack.Lines()])));
}
