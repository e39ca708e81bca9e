using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Simulation;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Fidelity;

/// <summary>What was measured of UDP. The numbers are those of the list in docs/fidelity.md.</summary>
public sealed class PartE_UdpTests
{
    private static readonly ConnectOptions FromOnePort = Udp with { SourcePort = 45000 };

    [Fact]
    public void Finding_37_datagrams_of_one_source_port_reach_one_backend_and_others_spread()
    {
        Simulator sim = new KernelLab().Start();
        SimulatedHost client = sim.Client("mypc");
        client.ConnectMany(Control + UdpNodePort, 10, FromOnePort).Select(static c => c.Server()).Distinct().Should().ContainSingle();
        client.ConnectMany(Control + UdpNodePort, 60, Udp).Select(static c => c.Server()).Distinct().Should().HaveCount(3);
    }

    [Fact]
    public void Finding_38_an_entry_lives_30_seconds_and_120_once_an_answer_comes_after_two()
    {
        Simulator sim = new KernelLab().Start();
        SimulatedHost client = sim.Client("mypc");
        Entry(sim, client).Should().Match<ConntrackEntry>(static e => e.TimeoutSeconds >= 29 && e.TimeoutSeconds <= 30 && !e.IsAssured && !e.IsUnreplied);
        sim.Advance(TimeSpan.FromSeconds(1));
        Entry(sim, client).Should().Match<ConntrackEntry>(static e => e.TimeoutSeconds >= 29 && e.TimeoutSeconds <= 30 && !e.IsAssured);
        sim.Advance(TimeSpan.FromSeconds(2));
        Entry(sim, client).Should().Match<ConntrackEntry>(static e => e.TimeoutSeconds >= 119 && e.IsAssured);
    }

    [Fact]
    public void Finding_39_after_expiry_the_next_datagram_chooses_anew()
    {
        (double Gap, int Backends)[] cases = [(1.3, 3), (0.3, 1)];
        foreach ((double gap, int backends) in cases)
        {
            Simulator sim = new KernelLab { Sysctls = "net.netfilter.nf_conntrack_udp_timeout: 1" }.Start();
            var met = new HashSet<string?>();
            for (int i = 0; i < 30; i++)
            {
                met.Add(sim.Client("mypc").Connect(Control + UdpNodePort, FromOnePort).Server());
                sim.Advance(TimeSpan.FromSeconds(gap));
                if (gap < 1 && i == 5) break;
            }

            met.Should().HaveCount(backends, "datagrams are {0} s apart", gap);
        }
    }

    [Fact]
    public void Finding_40_an_old_flow_keeps_its_backend_until_its_entry_is_deleted()
    {
        // The endpoint leaves the rules through a hole in kube-proxy's clean-up: it is still an endpoint, and the rules are an administrator's.
        Simulator sim = new KernelLab { Endpoints = [WebWorker] }.Start();
        SimulatedHost client = sim.Client("mypc");
        client.Connect(Control + UdpNodePort, FromOnePort).Server().Should().Be(WebWorker);
        Redirect(sim, WebWorker2);
        client.Connect(Control + UdpNodePort, FromOnePort).Server().Should().Be(WebWorker);
        client.Connect(Control + UdpNodePort, Udp).Server().Should().Be(WebWorker2);
        sim.Node(Control).Conntrack.Delete(new ConntrackFilter { Protocol = Protocol.Udp, DestinationPort = 30683, DestinationNat = IpAddr.Parse(WebWorker) }).Should().ContainSingle();
        client.Connect(Control + UdpNodePort, FromOnePort).Server().Should().Be(WebWorker2);
    }

    [Fact]
    public void Finding_40_a_REJECT_for_lack_of_endpoints_looks_at_new_flows_alone()
    {
        Simulator sim = new KernelLab().Unlimited().Start();
        OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
        sim.SetEndpoints();
        open.Send().Should().Be(Outcome.Connected, "the entry carries it");
        sim.Client("mypc").To(Control + NodePort).Should().Be(Outcome.Refused);
    }

    [Fact]
    public void Finding_40_kube_proxy_deletes_UDP_entries_of_endpoints_that_left()
    {
        Simulator sim = new KernelLab { Endpoints = [WebWorker] }.Start();
        sim.Client("mypc").Connect(Control + UdpNodePort, FromOnePort).Server().Should().Be(WebWorker);
        sim.SetEndpoints(WebWorker2);
        sim.Client("mypc").Connect(Control + UdpNodePort, FromOnePort).Server().Should().Be(WebWorker2);
    }

    [Fact]
    public void Finding_41_a_datagram_from_before_the_service_pins_its_flow_to_the_closed_port()
    {
        Simulator sim = new KernelLab().Unlimited().Start();
        SimulatedHost client = sim.Client("mypc");
        client.To(Control + ":30777", FromOnePort).Should().Be(Outcome.Refused);
        ConntrackEntry pinned = sim.Node(Control).Conntrack.List().Should().ContainSingle().Subject;
        (pinned.IsUnreplied, pinned.Reply.Source).Should().Be((true, pinned.Original.Destination));
        sim.Node(Control).Iptables.Restore("*nat\n-A KUBE-NODEPORTS -p udp -m udp --dport 30777 -j KUBE-MARK-MASQ\n-A KUBE-NODEPORTS -p udp -m udp --dport 30777 -j DNAT --to-destination 10.10.2.3:8081\nCOMMIT\n");
        client.To(Control + ":30777", FromOnePort).Should().Be(Outcome.Refused, "the entry decides");
        client.To(Control + ":30777", Udp).Should().Be(Outcome.Connected, "another port is a new flow");
        sim.Advance(TimeSpan.FromSeconds(31));
        client.To(Control + ":30777", FromOnePort).Should().Be(Outcome.Connected, "the entry has expired");
    }

    [Fact]
    public void Finding_42_repeated_datagrams_of_an_unanswered_flow_are_new_for_filter_and_not_for_nat()
    {
        Simulator sim = new KernelLab().Start();
        Packet datagram = KernelLabWords.Segment(TcpFlags.None, "172.18.0.200", 40000, ControlAddress + UdpNodePort) with { Protocol = Protocol.Udp };
        sim.Node(Control).Iptables.Restore("*filter\n-I FORWARD -m conntrack --ctstate NEW\nCOMMIT\n");
        // An address that nobody has: the answers come to nothing before the ingress node sees them.
        sim.Node(Control).Iptables.Restore("*nat\n:DEAD - [0:0]\n-I KUBE-NODEPORTS -p udp -m udp --dport 30683 -j DEAD\n-A DEAD -p udp -j DNAT --to-destination 10.10.77.7:8081\nCOMMIT\n");
        for (int i = 0; i < 5; i++) sim.Client("mypc").SendRaw(datagram);
        sim.Node(Control).Packets(IptablesTable.Filter, "FORWARD", "--ctstate NEW -c").Should().Be(5);
        sim.Node(Control).Packets(IptablesTable.Nat, "DEAD").Should().Be(1);
    }

    private static ConntrackEntry Entry(Simulator sim, SimulatedHost client)
    {
        client.To(Control + UdpNodePort, FromOnePort).Should().Be(Outcome.Connected);
        return sim.Node(Control).Conntrack.List().Should().ContainSingle().Subject;
    }

    private static void Redirect(Simulator sim, string address) => sim.Node(Control).Iptables.Restore(
        $"*nat\n-I KUBE-NODEPORTS -p udp -m udp --dport 30683 -j DNAT --to-destination {address}:8081\n-I KUBE-NODEPORTS -p udp -m udp --dport 30683 -j KUBE-MARK-MASQ\nCOMMIT\n");
}
