using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.Net;
using NodePortSim.Simulation;
using NodePortSim.Tests.Fidelity;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Simulation;

public sealed class HostAccessTests
{
    [Fact]
    public void An_open_connection_sends_any_number_of_requests_and_closes_in_order()
    {
        Simulator sim = new KernelLab { Endpoints = [WebWorker] }.Start();
        OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
        open.Opening.Should().Match<Connection>(static c => c.Outcome == Outcome.Connected && c.Pod == "default/web-worker" && c.IngressNode == Control);
        for (int i = 0; i < 3; i++) open.Send().Should().Be(Outcome.Connected);
        open.Close();
        open.IsOpen.Should().BeFalse();
        open.Invoking(static connection => connection.Send()).Should().Throw<InvalidOperationException>();
        sim.Node(Control).Conntrack.Lines().Should().ContainSingle().Which.Should().Contain(" TIME_WAIT ");
    }

    [Fact]
    public void A_connection_that_does_not_open_says_why()
    {
        Simulator sim = new KernelLab { Endpoints = [] }.Start();
        OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
        (open.IsOpen, open.Opening.Outcome, open.Opening.Reason).Should().Be((false, Outcome.Refused, OutcomeReason.NoEndpoints));
        open.Invoking(static connection => connection.ClientSegment(TcpFlags.Ack)).Should().Throw<InvalidOperationException>();
        sim.Client("mypc").Invoking(static client => client.Open(Control + UdpNodePort, Udp)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_request_that_nobody_answers_times_out_and_the_connection_stays_open()
    {
        Simulator sim = new KernelLab { Endpoints = [WebWorker] }.Start();
        OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
        sim.Node(Control).Iptables.Restore("*filter\n-I FORWARD -j DROP\nCOMMIT\n");
        sim.Milliseconds(() => open.Send(TimeSpan.FromSeconds(3)).Should().Be(Outcome.Timeout)).Should().Be(3000);
        open.IsOpen.Should().BeTrue();
    }

    [Fact]
    public void A_raw_packet_reports_where_it_and_its_answers_arrived_or_ended()
    {
        Simulator sim = new KernelLab { Endpoints = [WebWorker] }.Start();
        PacketReport report = sim.Client("mypc").SendRaw(KernelLabWords.Segment(TcpFlags.Syn, "172.18.0.100", 40000, ControlAddress + NodePort));
        report.Arrivals.Select(static arrival => $"{arrival.Host} {arrival.Packet.Flags}")
            .Should().Equal("default/web-worker Syn", "mypc Syn, Ack", "default/web-worker Rst");
        report.Drops.Should().BeEmpty();

        sim.Node(Worker).Iptables.Restore("*filter\n-I FORWARD -s 172.18.0.4/32 -j DROP\nCOMMIT\n");
        report = sim.Client("mypc").SendRaw(KernelLabWords.Segment(TcpFlags.Syn, "172.18.0.100", 40001, ControlAddress + NodePort));
        report.Arrivals.Should().BeEmpty();
        report.Drops.Should().Equal(new OutcomePlace(Worker, IptablesTable.Filter, "FORWARD", "-s 172.18.0.4/32 -j DROP"));
    }

    [Fact]
    public void A_chain_that_an_administrator_keeps_in_use_makes_the_sync_fail_and_the_next_one_full()
    {
        Simulator sim = new KernelLab { Endpoints = [WebWorker] }.Start();
        NodeIptables iptables = sim.Node(Control).Iptables;
        string[] before = EndpointChains(iptables);
        iptables.Restore($"*nat\n:MINE - [0:0]\n{string.Concat(before.Select(static chain => $"-A MINE -j {chain}\n"))}COMMIT\n");

        sim.SetEndpoints(WebWorker2);
        EndpointChains(iptables).Should().Equal(before, "the old rules stay");
        sim.Client("mypc").Connect(Control + NodePort).Server().Should().Be(WebWorker);

        iptables.Restore("*nat\n:MINE - [0:0]\nCOMMIT\n");
        sim.Cluster.Delete("Service", "dns");
        iptables.LastRestoreInput().Should().Contain(":KUBE-EXT-", "a sync after a failed one is full");
        iptables.Save(IptablesTable.Nat).Replace(":MINE - [0:0]\n", "", StringComparison.Ordinal).Should().Be(sim.Node(Worker).Iptables.Save(IptablesTable.Nat));
        sim.Client("mypc").Connect(Control + NodePort).Server().Should().Be(WebWorker2);
    }

    private static string[] EndpointChains(NodeIptables iptables) => [.. iptables.Save(IptablesTable.Nat).Split('\n')
        .Where(static line => line.StartsWith(":KUBE-SEP-", StringComparison.Ordinal)).Select(static line => line[1..].Split(' ')[0])];

    [Fact]
    public void Rules_of_an_administrator_stay_while_kube_proxy_writes_its_own()
    {
        Simulator sim = new KernelLab { Endpoints = [WebWorker] }.Start();
        NodeIptables iptables = sim.Node(Control).Iptables;
        iptables.Restore("*filter\n:MINE - [0:0]\n-I FORWARD -j MINE\n-A MINE -s 9.9.9.9/32 -j DROP\nCOMMIT\n");
        sim.SetEndpoints(WebWorker2);
        sim.Cluster.Delete("Service", "dns");
        iptables.Spec(IptablesTable.Filter).Should().Contain("-A FORWARD -j MINE\n").And.Contain("-A MINE -s 9.9.9.9/32 -j DROP\n");
        iptables.Save(IptablesTable.Nat).Should().Be(sim.Node(Worker).Iptables.Save(IptablesTable.Nat), "kube-proxy's part is the same as on other nodes");
        sim.Client("mypc").Connect(Control + NodePort).Server().Should().Be(WebWorker2);
    }

    [Fact]
    public void A_wrong_text_changes_nothing()
    {
        Simulator sim = new KernelLab().Start();
        NodeIptables iptables = sim.Node(Control).Iptables;
        string before = iptables.Spec(IptablesTable.Filter);
        iptables.Invoking(static rules => rules.Restore("*filter\n-A FORWARD --bogus\nCOMMIT\n")).Should().Throw<IptablesTextException>();
        iptables.Invoking(static rules => rules.Restore("*filter\n-A FORWARD -j NOSUCH\nCOMMIT\n")).Should().Throw<RestoreException>();
        iptables.Spec(IptablesTable.Filter).Should().Be(before);
    }
}
