using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Conntrack.Text;
using NodePortSim.Simulation;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Fidelity;

/// <content>About UDP, choice, time, ICMP and texts.</content>
public sealed partial class MisconceptionTests
{
    private static readonly ConnectOptions OneUdpPort = Udp with { SourcePort = 45000 };

    [Fact]
    public void Misconception_25_UDP_has_no_state()
    {
        Simulator sim = OneWeb.Start();
        sim.Client("mypc").To(Control + UdpNodePort, OneUdpPort).Should().Be(Outcome.Connected);
        sim.Node(Control).Conntrack.Lines().Single().Should().MatchRegex("^udp      17 (29|30) ").And.NotContain("ASSURED");
        sim.Advance(TimeSpan.FromSeconds(2.5));
        sim.Client("mypc").To(Control + UdpNodePort, OneUdpPort).Should().Be(Outcome.Connected);
        sim.Node(Control).Conntrack.Lines().Single().Should().MatchRegex("^udp      17 (119|120) .*ASSURED");
    }

    [Fact]
    public void Misconception_26_a_UDP_client_fails_over_when_its_pod_dies()
    {
        Simulator sim = new KernelLab().Start();
        string backend = sim.Client("mypc").Connect(Control + UdpNodePort, OneUdpPort).Server()!;
        sim.Node(NodeOf(backend)).Iptables.Restore($"*filter\n-I FORWARD -d {backend} -j DROP\nCOMMIT\n");
        for (int i = 0; i < 40; i++)
        {
            sim.Client("mypc").To(Control + UdpNodePort, OneUdpPort).Should().Be(Outcome.Timeout, "each datagram keeps the entry alive");
            sim.Advance(TimeSpan.FromSeconds(5));
        }

        sim.SetEndpoints([.. AllWeb.Where(address => address != backend)]);
        sim.Client("mypc").To(Control + UdpNodePort, OneUdpPort).Should().Be(Outcome.Connected, "kube-proxy deleted the entry");
    }

    [Fact]
    public void Misconception_27_the_choice_is_round_robin_or_least_connections()
    {
        Simulator sim = new KernelLab().Start();
        string[] backends = [.. sim.Client("mypc").ConnectMany(Control + NodePort, 900).Select(static c => c.Server()!)];
        backends.Zip(backends.Skip(1)).Count(static pair => pair.First == pair.Second).Should().BeInRange(250, 350, "draws are independent");
    }

    [Fact]
    public void Misconception_28_the_timer_of_session_affinity_runs_from_the_last_packet()
    {
        Simulator sim = new KernelLab { Service = "type: NodePort, sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 10}}" }.Start();
        var after = new HashSet<string?>();
        for (int i = 0; i < 20; i++)
        {
            OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
            for (int second = 0; second < 12; second++)
            {
                open.Send().Should().Be(Outcome.Connected);
                sim.Advance(TimeSpan.FromSeconds(1));
            }

            after.Add(sim.Client("mypc").Connect(Control + NodePort).Server());
            sim.Advance(TimeSpan.FromSeconds(12));
        }

        after.Should().HaveCount(3, "packets of an open connection do not renew it");
    }

    [Fact]
    public void Misconception_29_affinity_keys_on_the_masqueraded_source()
    {
        Simulator sim = new KernelLab { Service = "type: NodePort, sessionAffinity: ClientIP" }.Start();
        string[] backends = [.. Enumerable.Range(0, 30).Select(client => sim.Client("mypc")
            .SendRaw(KernelLabWords.Segment(TcpFlags.Syn, $"172.19.0.{client + 1}", 40000, ControlAddress + NodePort)).Arrivals[0].Host)];
        backends.Distinct().Should().HaveCount(3, "clients that share the masquerade address are remembered each for itself");
    }

    [Fact]
    public void Misconception_30_a_terminating_endpoint_has_a_lower_weight()
    {
        Simulator sim = new KernelLab().Start();
        string slice = SliceText(AllWeb);
        sim.Load(slice.Replace($"nodeName: {Worker}, conditions: {{ready: true}}", $"nodeName: {Worker}, conditions: {{ready: false, serving: true, terminating: true}}", StringComparison.Ordinal));
        sim.Client("mypc").ConnectMany(Control + NodePort, 60).Select(static c => c.Server()).Distinct().Order().Should().Equal(WebWorker2, WebWorker3);
        sim.Load(slice.Replace("{ready: true}", "{ready: false, serving: true, terminating: true}", StringComparison.Ordinal));
        sim.Client("mypc").ConnectMany(Control + NodePort, 60).Select(static c => c.Server()).Distinct().Should().HaveCount(3);
    }

    [Fact]
    public void Misconception_31_conntrack_entries_disappear_exactly_at_their_timeout()
    {
        Simulator sim = OneWeb.Start();
        SimulatedNode node = sim.Node(Control);
        node.Conntrack.RecordEvents();
        sim.Client("mypc").To(Control + UdpNodePort, OneUdpPort).Should().Be(Outcome.Connected);
        sim.Advance(TimeSpan.FromSeconds(40));
        node.Conntrack.List(new ConntrackFilter { Protocol = Protocol.Udp }).Should().BeEmpty("it is no longer found");
        ConntrackEvent destroyed = node.Conntrack.Events.Single(static e => e.Kind == ConntrackEventKind.Destroy && e.Entry.Protocol == Protocol.Udp);
        (destroyed.At - destroyed.Entry.Created).TotalSeconds.Should().BeGreaterThan(39, "what is gone is removed when something passes by, here the reading of events");
    }

    [Fact]
    public void Misconception_32_every_DESTROY_carries_a_timeout()
    {
        Simulator sim = OneWeb.Start();
        SimulatedNode node = sim.Node(Control);
        node.Conntrack.RecordEvents();
        sim.Client("mypc").To(Control + UdpNodePort, OneUdpPort);
        sim.Advance(TimeSpan.FromSeconds(100));
        sim.Client("mypc").To(Control + UdpNodePort, OneUdpPort);
        node.Conntrack.Delete(new ConntrackFilter { Protocol = Protocol.Udp });
        string[] destroyed = [.. node.Conntrack.Events.Where(static e => e.Kind is ConntrackEventKind.Destroy or ConntrackEventKind.DestroyByTool).Select(static e => ConntrackText.Line(e))];
        destroyed.Should().HaveCount(2);
        destroyed[0].Should().StartWith("[DESTROY] udp      17 src=", "it had expired");
        destroyed[1].Should().MatchRegex(@"^\[DESTROY\] udp      17 (29|30) src=");
    }

    [Fact]
    public void Misconception_33_forwarding_to_a_pod_on_the_same_node_costs_one_ttl()
    {
        Simulator sim = OneWeb.Start();
        Packet syn = KernelLabWords.Segment(TcpFlags.Syn, "172.18.0.100", 40000, WorkerAddress + NodePort);
        sim.Client("mypc").SendRaw(syn).At("default/web-worker")[0].Ttl.Should().Be(63);
        PacketReport dead = sim.Client("mypc").SendRaw(syn with { Ttl = 1, SourcePort = 40001 });
        dead.At("default/web-worker").Should().BeEmpty();
        dead.At("mypc").Should().ContainSingle().Which.Should().Match<Packet>(static p => p.IcmpType == 11);
    }

    [Fact]
    public void Misconception_34_ICMP_errors_are_shown_with_pod_addresses()
    {
        Packet error = ClosedUdpPort(out _).At("mypc").Should().ContainSingle().Subject;
        error.Source.ToString().Should().Be(ControlAddress);
        error.Quoted.Should().Be(new FlowTuple(IpAddr.Parse("172.18.0.100"), IpAddr.Parse(ControlAddress), 45000, 30683, Protocol.Udp), "the client sees its own packet quoted");
    }

    [Fact]
    public void Misconception_35_an_ICMP_port_unreachable_deletes_the_entry()
    {
        ClosedUdpPort(out Simulator sim);
        sim.Node(Control).Conntrack.List().Should().ContainSingle().Which.IsUnreplied.Should().BeTrue();
        sim.Advance(TimeSpan.FromSeconds(31));
        sim.Node(Control).Conntrack.List().Should().BeEmpty("nor did it refresh it");
    }

    [Fact]
    public void Misconception_36_a_full_table_drops_old_connections_first()
    {
        Simulator sim = (OneWeb with { Sysctls = "net.netfilter.nf_conntrack_max: 5" }).Start();
        OpenConnection[] open = [.. Enumerable.Range(0, 5).Select(_ => sim.Client("mypc").Open(Control + NodePort))];
        sim.Client("mypc").Connect(Control + NodePort).Reason.Should().Be(OutcomeReason.ConntrackTableFull, "the new packet is dropped");
        open.Should().OnlyContain(static connection => connection.Send(null) == Outcome.Connected);
    }

    [Fact]
    public void Misconception_37_iptables_n_prints_tcp()
    {
        string list = OneWeb.Start().Node(Control).Iptables.List(Nat, "KUBE-NODEPORTS");
        list.Should().Contain("  6    --  *      *       0.0.0.0/0            0.0.0.0/0 ").And.NotContain("  tcp  --");
    }

    [Fact]
    public void Misconception_38_a_probability_comes_back_as_it_was_written()
    {
        Simulator sim = new KernelLab().Start();
        sim.Node(Control).Iptables.LastRestoreInput().Should().Contain("--probability 0.3333333333 ");
        sim.Node(Control).Iptables.Save(Nat).Should().Contain("--probability 0.33333333349 ");
    }

    [Fact]
    public void Misconception_39_a_sync_preserves_counters()
    {
        Simulator sim = new KernelLab().Start();
        sim.Client("mypc").ConnectMany(Control + NodePort, 10);
        sim.Node(Control).Packets(Nat, "KUBE-SVC-*", "default/web:http -> ").Should().Be(10);
        sim.SetEndpoints(WebWorker, WebWorker2);
        sim.Node(Control).Packets(Nat, "KUBE-SVC-*", "default/web:http -> ").Should().Be(0, "chains that the text names start at zero");
        sim.Node(Control).Packets(Nat, "PREROUTING").Should().Be(10, "others keep theirs");
    }

    [Fact]
    public void Misconception_40_a_node_port_listens_on_the_nodes_IP_alone()
    {
        Simulator sim = OneWeb.Start();
        sim.Client("routed").To("10.10.2.1" + NodePort).Should().Be(Outcome.Connected, "every LOCAL address will do");
    }

    private static PacketReport ClosedUdpPort(out Simulator sim)
    {
        sim = new KernelLab { Endpoints = ["10.10.2.9"] }.Start();
        sim.Load(PodText("app-worker", "10.10.2.9", false).Replace("ports: [ ]", "ports: [{containerPort: 1}]", StringComparison.Ordinal));
        return sim.Client("mypc").SendRaw(KernelLabWords.Segment(TcpFlags.None, "172.18.0.100", 45000, ControlAddress + UdpNodePort) with { Protocol = Protocol.Udp });
    }
}
