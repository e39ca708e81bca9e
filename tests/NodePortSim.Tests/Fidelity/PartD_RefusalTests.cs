using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Tracing;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Fidelity;

/// <summary>What was measured without endpoints, and with dead ones. The numbers are those of the list in docs/fidelity.md.</summary>
public sealed class PartD_RefusalTests
{
    private static Simulator Empty => new KernelLab { Endpoints = [] }.Start();

    [Theory]
    [InlineData("mypc", Control + NodePort, "INPUT")]
    [InlineData("app-worker", ClusterIP, "FORWARD")]
    [InlineData(Worker, ClusterIP, "OUTPUT")]
    public void Finding_30_without_endpoints_a_filter_chain_refuses_at_once(string from, string to, string hook)
    {
        foreach (ConnectOptions options in (ConnectOptions[])[new ConnectOptions(), Udp])
        {
            Simulator sim = Empty;
            bool udp = options.Protocol == Protocol.Udp;
            string target = !udp ? to : to == ClusterIP ? UdpClusterIP : Control + UdpNodePort;
            Connection? refused = null;
            sim.Milliseconds(() => refused = sim.Host(from).Connect(target, options)).Should().BeLessThanOrEqualTo(0.7);
            (refused!.Outcome, refused.Reason, refused.At!.Table).Should().Be((udp && hook == "OUTPUT" ? Outcome.Denied : Outcome.Refused, OutcomeReason.NoEndpoints, IptablesTable.Filter));
            refused.At.Rule.Should().Contain("-j REJECT --reject-with icmp-port-unreachable");
            string node = hook == "INPUT" ? Control : Worker;
            sim.Node(node).Packets(IptablesTable.Filter, hook, hook == "INPUT" ? "-j KUBE-EXTERNAL-SERVICES" : "-j KUBE-SERVICES").Should().Be(1);
        }
    }

    [Fact]
    public void Finding_30_the_refusal_is_an_ICMP_error_for_TCP_as_well()
    {
        PacketReport report = Empty.Client("mypc").SendRaw(KernelLabWords.Segment(TcpFlags.Syn, "172.18.0.100", 40000, ControlAddress + NodePort));
        Packet answer = report.At("mypc").Should().ContainSingle().Subject;
        (answer.Protocol, answer.IcmpType, answer.IcmpCode).Should().Be((Protocol.Icmp, (byte)3, (byte)3));
    }

    [Fact]
    public void Finding_31_a_refused_packet_leaves_no_entry_but_for_a_nodes_own_one_over_loopback()
    {
        Simulator sim = Empty;
        sim.Client("mypc").Connect(Control + NodePort);
        sim.Pod("app-control").Connect(ClusterIP);
        sim.Node(Control).Connect(ClusterIP);
        sim.Node(Control).Conntrack.Count.Should().Be(0);
        sim.Node(Control).To(Control + NodePort).Should().Be(Outcome.Refused);
        sim.Node(Control).To("127.0.0.1" + NodePort).Should().Be(Outcome.Refused);
        sim.Node(Control).Conntrack.Lines().Should().HaveCount(2).And.OnlyContain(static line =>
            (line.StartsWith("tcp      6 119 SYN_SENT ", StringComparison.Ordinal) || line.StartsWith("tcp      6 120 SYN_SENT ", StringComparison.Ordinal)) && line.Contains("[UNREPLIED]", StringComparison.Ordinal));
    }

    [Fact]
    public void Finding_32_six_refusals_come_at_once_and_each_further_one_after_the_next_SYN()
    {
        Simulator sim = Empty;
        var options = new ConnectOptions { Timeout = TimeSpan.FromSeconds(5) };
        double[] times = [.. Enumerable.Range(0, 12).Select(_ => sim.Milliseconds(() => sim.Client("mypc").To(Control + NodePort, options).Should().Be(Outcome.Refused)))];
        times[..6].Should().OnlyContain(static ms => ms < 1);
        times[6..].Should().OnlyContain(static ms => ms > 990 && ms < 1100);
    }

    [Theory]
    [InlineData(1, Outcome.Timeout)]
    [InlineData(0, Outcome.Refused)]
    public void Finding_33_a_node_that_sent_a_packet_back_where_it_came_from_is_silent_for_a_second(int sendRedirects, Outcome expected)
    {
        Simulator sim = new KernelLab { Endpoints = [WebWorker], Sysctls = $"net.ipv4.conf.all.send_redirects: {sendRedirects}" }.Start();
        sim.Client("mypc").To(Control + UdpNodePort, Udp).Should().Be(Outcome.Connected);
        sim.SetEndpoints();
        sim.Client("mypc").To(Control + UdpNodePort, Udp with { Timeout = TimeSpan.FromMilliseconds(500) }).Should().Be(expected);
        sim.Advance(TimeSpan.FromSeconds(1.2));
        sim.Client("mypc").To(Control + UdpNodePort, Udp).Should().Be(Outcome.Refused);
    }

    [Fact]
    public void Finding_34_a_closed_port_of_a_pod_refuses_and_TCP_leaves_no_entry()
    {
        Simulator sim = new KernelLab { Endpoints = ["10.10.2.9"] }.Start();
        sim.Load(PodText("app-worker", "10.10.2.9", false).Replace("ports: [ ]", "ports: [{containerPort: 1}]", StringComparison.Ordinal));
        foreach (string node in (string[])[Control, Worker]) sim.Node(node).Conntrack.RecordEvents();
        sim.Milliseconds(() => sim.Client("mypc").To(Control + NodePort).Should().Be(Outcome.Refused)).Should().BeLessThan(0.5);
        foreach (string node in (string[])[Control, Worker])
        {
            sim.Node(node).Conntrack.Events.Select(static e => e.Kind).Should().Equal(ConntrackEventKind.New, ConntrackEventKind.Destroy);
            sim.Node(node).Conntrack.Events[1].Entry.TcpState.Should().Be(TcpState.Close);
        }

        sim.Client("mypc").To(Control + UdpNodePort, Udp).Should().Be(Outcome.Refused);
        sim.Node(Control).Conntrack.List().Should().ContainSingle().Which.Should().Match<ConntrackEntry>(static e => e.IsUnreplied && e.TimeoutSeconds >= 29);
    }

    [Fact]
    public void Finding_35_an_endpoint_address_of_no_pod_is_unreachable_by_the_gateway_or_after_three_seconds_of_ARP()
    {
        var options = new ConnectOptions { Timeout = TimeSpan.FromSeconds(10) };
        Simulator ptp = new KernelLab { Endpoints = ["10.10.77.7"] }.Start();
        ptp.Milliseconds(() => ptp.Client("mypc").To(Control + NodePort, options).Should().Be(Outcome.Unreachable)).Should().BeLessThan(1);
        ptp.Node(Control).Conntrack.List().Should().ContainSingle().Which.TimeoutSeconds.Should().BeInRange(119, 120);

        Simulator bridge = new KernelLab { Cni = "bridge", Endpoints = ["10.10.2.77"] }.Start();
        bridge.Load(SliceText(["10.10.2.77"]).Replace("nodeName: " + Worker, "nodeName: gone", StringComparison.Ordinal));
        bridge.Milliseconds(() => bridge.Client("mypc").To(Worker + NodePort, options).Should().Be(Outcome.Unreachable)).Should().BeInRange(3050, 3070);
        bridge.Node(Worker).Conntrack.List().Should().ContainSingle().Which.TcpState.Should().Be(TcpState.SynSent);
    }

    [Fact]
    public void Finding_36_a_port_that_no_rule_knows_of_a_VIP_circles_until_its_TTL_ends()
    {
        Simulator sim = new KernelLab().Start();
        sim.Load($$$"""
            {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: LoadBalancer, clusterIP: 10.200.1.73,
              ports: [{name: http, port: 9000, targetPort: 8080, nodePort: 30682}]}, status: {loadBalancer: {ingress: [{ip: {{{Vip}}} }]} } }
            """);
        Trace trace = sim.Client("routed").Trace(Vip + ":9999");
        trace.Connection.Outcome.Should().BeOneOf(Outcome.Unreachable, Outcome.Timeout);
        trace.WayThere.Select(static hop => hop.Host).Should().Equal(["routed", Worker, "gateway"], "it is not translated, but routed on");
        sim.Node(Worker).Packets(IptablesTable.Nat, "KUBE-EXT-*").Should().Be(0);
    }
}
