using NodePortSim.Iptables.Matches;
using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Simulation;
using NodePortSim.Tests.Netfilter.Conntrack;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Fidelity;

/// <content>About translation, and who refuses.</content>
public sealed partial class MisconceptionTests
{
    private const string PolicyLocal = "type: NodePort, externalTrafficPolicy: Local";

    [Fact]
    public void Misconception_14_masquerade_keeps_the_clients_port_if_possible()
    {
        Simulator sim = OneWeb.Start();
        sim.Client("mypc").ConnectMany(Control + NodePort, 30).Should().NotContain(static c => c.PeerSeenByBackend!.Value.Port == c.SourcePort);
    }

    [Fact]
    public void Misconception_15_there_are_65535_NAT_ports_in_total()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        lab.Source = lab.Source!.Value with { Ports = new PortRange(10000, 14095) };
        int failed = 0;
        foreach (string pod in (string[])["10.10.2.7", "10.10.2.8"])
        {
            lab.Destination = lab.Destination!.Value with { Address = IpAddr.Parse(pod) };
            int before = lab.Table.Count;
            for (int i = 0; i < 4096; i++)
            {
                lab.Send(ConntrackLab.Udp(IpAddr.Parse("192.168.50." + (pod == "10.10.2.7" ? 10 : 11)), 20000 + i, ConntrackLab.Node, 30080));
                if (lab.LastVerdict == DropVerdict.InsertFailed) failed++;
            }

            (lab.Table.Count - before).Should().BeGreaterThan(3900, "each pod has all ports");
        }

        failed.Should().BePositive("the search gives up before it has tried all");
    }

    [Fact]
    public void Misconception_16_without_a_free_port_the_connection_waits_or_gets_an_error()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        lab.Source = lab.Source!.Value with { Ports = new PortRange(40000, 40000) };
        new TcpTalk(lab, 1025).Open();
        new TcpTalk(lab, 1026).Client(TcpFlags.Syn);
        lab.LastVerdict.Should().Be(DropVerdict.InsertFailed, "it is dropped silently");
        lab.Table.Statistics.InsertFailed.Should().Be(1);
    }

    [Fact]
    public void Misconception_17_without_a_rule_for_it_the_source_stays_unchanged()
    {
        Simulator sim = new KernelLab { Service = PolicyLocal, Endpoints = [WebWorker] }.Start();
        var options = new ConnectOptions { SourcePort = 46000 };
        sim.Client("routed").Open(Worker + NodePort, options).Opening.PeerSeenByBackend!.Value.Port.Should().Be(46000);
        Connection direct = sim.Client("routed").Open("10.10.2.3:8080", options).Opening;
        direct.Peer().Should().Be("172.18.0.102");
        direct.PeerSeenByBackend!.Value.Port.Should().NotBe(46000, "the tuple was taken");
    }

    [Fact]
    public void Misconception_18_policy_Local_always_preserves_the_source()
    {
        Simulator sim = new KernelLab { Service = PolicyLocal }.Start();
        sim.Node(Control).Connect(Control + NodePort).Peer().Should().Be(ControlAddress, "a node's own connection is marked");
        sim.Pod("web-worker").Peers(Worker + NodePort).Should().Be("10.10.1.3<10.10.2.3 10.10.2.3<10.10.2.1 10.10.3.3<10.10.2.3", "it is not limited to local endpoints, and hairpin is masqueraded");
    }

    [Fact]
    public void Misconception_19_MASQUERADE_uses_the_nodes_InternalIP()
    {
        Simulator sim = OneWeb.Start();
        sim.Client("mypc").Connect(Worker + NodePort).Peer().Should().Be("10.10.2.1", "that is the address of the interface toward the pod");
    }

    [Fact]
    public void Misconception_20_in_FORWARD_one_sees_node_IP_and_node_port()
    {
        Simulator sim = OneWeb.Start();
        sim.Node(Control).Iptables.Restore("""
            *filter
            -I FORWARD -d 172.18.0.4/32
            -I FORWARD -s 172.18.0.4/32
            -I FORWARD -s 172.18.0.100/32 -d 10.10.2.3/32 -p tcp -m tcp --dport 8080
            -I FORWARD -s 10.10.2.3/32 -d 172.18.0.100/32 -p tcp -m tcp --sport 8080
            COMMIT

            """);
        sim.Client("mypc").To(Control + NodePort).Should().Be(Outcome.Connected);
        sim.Node(Control).Packets(Filter, "FORWARD", "172.18.0.4/32").Should().Be(0);
        sim.Node(Control).Packets(Filter, "FORWARD", "-s 172.18.0.100/32").Should().BePositive();
        sim.Node(Control).Packets(Filter, "FORWARD", "172.18.0.100/32").Should().Be(10);
    }

    [Fact]
    public void Misconception_21_REJECT_of_a_service_without_endpoints_happens_in_nat()
    {
        Simulator sim = new KernelLab().Unlimited().Start();
        OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
        sim.SetEndpoints();
        sim.Client("mypc").Connect(Control + NodePort).At!.Table.Should().Be(Filter);
        open.Send().Should().Be(Outcome.Connected, "established flows are not concerned");
        new KernelLab { Endpoints = [], Gateway = false }.Start().Node(Control).To(ClusterIP).Should().Be(Outcome.Unreachable, "routing comes before filter");
    }

    [Fact]
    public void Misconception_22_rejected_packets_show_up_in_conntrack()
    {
        Simulator sim = new KernelLab { Endpoints = [] }.Unlimited().Start();
        sim.Client("mypc").To(Control + NodePort).Should().Be(Outcome.Refused);
        sim.Pod("app-control").To(ClusterIP).Should().Be(Outcome.Refused);
        sim.Node(Control).Conntrack.Count.Should().Be(0);
        sim.Node(Control).To(Control + NodePort).Should().Be(Outcome.Refused);
        sim.Node(Control).Conntrack.Count.Should().Be(1, "a local one was confirmed in POSTROUTING, before INPUT");
    }

    [Fact]
    public void Misconception_23_a_listener_on_the_port_protects_against_its_capture()
    {
        string listener = PodText("host-control", ControlAddress, true, hostNetwork: true).Replace("containerPort: 8080", "containerPort: 30682", StringComparison.Ordinal);
        Simulator sim = (OneWeb with { More = listener }).Start();
        sim.Client("mypc").Connect(Control + NodePort).Pod.Should().Be("default/web-worker", "DNAT comes before the look-up of sockets");
        sim.Cluster.Delete("Service", "web");
        sim.Client("mypc").Connect(Control + NodePort).Pod.Should().Be("default/host-control");
    }

    [Fact]
    public void Misconception_24_127_0_0_1_is_not_LOCAL()
    {
        Simulator sim = (OneWeb with { Sysctls = "net.ipv4.conf.all.route_localnet: 0" }).Start();
        sim.Node(Worker).To("127.0.0.1" + NodePort).Should().Be(Outcome.Timeout);
        sim.Node(Worker).Nfacct("localhost_nps_accepted_pkts").Should().Be(1, "the rules took it; only routing did not");
        OneWeb.Start().Node(Worker).To("127.0.0.1" + NodePort).Should().Be(Outcome.Connected);
    }
}
