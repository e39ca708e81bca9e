using NodePortSim.Iptables.Targets;
using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Simulation;
using NodePortSim.Tests.Netfilter.Conntrack;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Fidelity;

/// <summary>What was measured of MASQUERADE's source ports. The numbers are those of the list in docs/fidelity.md.</summary>
public sealed class PartF_SourcePortTests
{
    private static ConnectOptions From(int port) => new() { SourcePort = (ushort)port };

    [Fact]
    public void Finding_43_without_random_fully_a_free_port_is_kept_and_free_means_the_whole_tuple()
    {
        Simulator sim = Masquerading("");
        for (int port = 43000; port < 43030; port++) sim.Client("mypc").Connect(Control + NodePort, From(port)).PeerSeenByBackend!.Value.Port.Should().Be((ushort)port);

        sim = Masquerading("", WebWorker);
        sim.Client("mypc").Open(Control + NodePort, From(45000)).Opening.PeerSeenByBackend!.Value.Port.Should().Be(45000);
        sim.Client("other").Open(Control + NodePort, From(45000)).Opening.PeerSeenByBackend!.Value.Port.Should().NotBe(45000, "it is taken");
        sim.Client("other").Open(Worker2 + NodePort, From(45000)).Opening.PeerSeenByBackend!.Value.Port.Should().Be(45000, "another node, another address");
        sim.Node(Control).Iptables.Restore("*nat\n-A KUBE-NODEPORTS -p tcp -m tcp --dport 30998 -j KUBE-MARK-MASQ\n-A KUBE-NODEPORTS -p tcp -m tcp --dport 30998 -j DNAT --to-destination 10.10.1.3:8080\nCOMMIT\n");
        sim.Client("routed").Connect(Control + ":30998", From(45000)).PeerSeenByBackend!.Value.Port.Should().Be(45000, "another pod");
    }

    [Fact]
    public void Finding_44_with_random_fully_a_port_is_never_kept_deliberately()
    {
        Simulator sim = new KernelLab().Start();
        Enumerable.Range(43000, 30).Count(port => Connect(sim, "mypc", port) == port).Should().Be(0);
    }

    [Theory]
    [InlineData(500, 1, 511)]
    [InlineData(800, 600, 1023)]
    [InlineData(5000, 1024, 65535)]
    public void Finding_45_the_range_follows_the_clients_port(int port, int first, int last)
    {
        Simulator sim = new KernelLab().Start();
        for (int i = 0; i < 20; i++)
        {
            Connect(sim, "mypc", port).Should().BeInRange(first, last);
            sim.Node(Control).Conntrack.Flush();
        }

        Simulator keeping = Masquerading("", WebWorker);
        keeping.Client("mypc").Open(Control + NodePort, From(port));
        Connect(keeping, "other", port).Should().BeInRange(first, last).And.NotBe(port);
    }

    [Fact]
    public void Finding_46_without_random_fully_a_source_keeps_the_port_that_it_was_given()
    {
        Simulator sim = Masquerading("", WebWorker);
        sim.Client("mypc").Open(Control + NodePort, From(45000));
        int given = sim.Client("other").Open(Control + NodePort, From(45000)).Opening.PeerSeenByBackend!.Value.Port;
        given.Should().NotBe(45000);
        sim.Node(Control).Iptables.Restore("*nat\n-A KUBE-NODEPORTS -p tcp -m tcp --dport 30999 -j KUBE-MARK-MASQ\n-A KUBE-NODEPORTS -p tcp -m tcp --dport 30999 -j DNAT --to-destination 10.10.1.3:8080\nCOMMIT\n");
        sim.Client("other").Connect(Control + ":30999", From(45000)).PeerSeenByBackend!.Value.Port.Should().Be((ushort)given, "though 45000 is free there");
    }

    [Fact]
    public void Finding_47_where_nothing_is_masqueraded_the_port_stays()
    {
        Simulator sim = new KernelLab { Service = "type: NodePort, externalTrafficPolicy: Local" }.Start();
        sim.Client("mypc").Connect(Worker + NodePort, From(45001)).PeerSeenByBackend!.Value.Port.Should().Be(45001);
        sim.Pod("app-worker").Connect(ClusterIP, From(45002)).PeerSeenByBackend!.Value.Port.Should().Be(45002);
    }

    [Fact]
    public void Finding_48_without_a_free_port_the_SYN_is_dropped_when_its_entry_is_to_be_inserted()
    {
        Simulator sim = Masquerading(" --to-ports 40000-40009", WebWorker);
        for (int i = 0; i < 10; i++) sim.Client("mypc").Open(Control + NodePort).IsOpen.Should().BeTrue();
        for (int i = 0; i < 2; i++)
        {
            Connection lost = sim.Client("mypc").Connect(Control + NodePort);
            (lost.Outcome, lost.Reason).Should().Be((Outcome.Timeout, OutcomeReason.SourcePortsExhausted));
        }

        sim.Node(Control).Conntrack.Statistics.Should().Match<ConntrackStatistics>(static s => s.InsertFailed == 2 && s.Drop == 2);
        sim.Node(Control).Conntrack.Count.Should().Be(10);
    }

    [Fact]
    public void Finding_48_ports_are_counted_for_each_endpoint_and_a_SYN_sent_again_chooses_anew()
    {
        Simulator sim = Masquerading(" --to-ports 40000-40009");
        var waited = new List<double>();
        for (int i = 0; i < 30; i++)
        {
            waited.Add(sim.Milliseconds(() => sim.Client("mypc").Open(Control + NodePort, new ConnectOptions { Timeout = TimeSpan.FromSeconds(100) }).IsOpen.Should().BeTrue()));
        }

        waited.Should().Contain(static ms => ms > 990, "some met a full endpoint first");
        sim.Node(Control).Conntrack.List().CountBy(static e => e.Reply.Source).Select(static pair => pair.Value).Should().Equal(10, 10, 10);
    }

    [Fact]
    public void Finding_49_TIME_WAIT_entries_give_their_ports_to_new_connections()
    {
        Simulator sim = Masquerading(" --to-ports 40000-40009", WebWorker);
        for (int i = 0; i < 10; i++) sim.Client("mypc").To(Control + NodePort).Should().Be(Outcome.Connected);
        sim.Node(Control).Conntrack.List().Should().HaveCountLessThanOrEqualTo(10).And.OnlyContain(static e => e.TcpState == TcpState.TimeWait);
        int connected = 0;
        for (int i = 0; i < 20; i++)
            if (sim.Client(i % 2 == 0 ? "mypc" : "other").To(Control + NodePort) == Outcome.Connected) connected++;
        // An entry gives way to a SYN with a later sequence number, which every second random one is, and ten ports are tried.
        connected.Should().BeGreaterThanOrEqualTo(19);
        sim.Node(Control).Conntrack.Count.Should().BeLessThanOrEqualTo(10);
    }

    [Fact]
    public void Finding_50_the_search_gives_up_before_it_has_tried_all_ports()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort(seed: 11);
        (int Flows, int Least, int Most)[] measured = [(50000, 0, 0), (60000, 5, 60), (63000, 160, 330), (64000, 420, 660)];
        int flow = 0, failed = 0;
        foreach ((int flows, int least, int most) in measured)
        {
            for (; flow < flows; flow++)
            {
                lab.Send(ConntrackLab.Udp(IpAddr.Parse($"192.168.{60 + flow / 30000}.1"), 20000 + flow % 30000, ConntrackLab.Node, 30080));
                if (lab.LastVerdict == DropVerdict.InsertFailed) failed++;
            }

            failed.Should().BeInRange(least, most, "{0} flows share 64512 ports", flows);
        }

        lab.Table.Count.Should().Be(64000 - failed);
    }

    [Fact]
    public void Finding_50_sources_that_keep_their_ports_fail_once_they_collide()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort(seed: 11, choice: SourcePortChoice.Keep);
        int failed = 0;
        for (int flow = 0; flow < 63000; flow++)
        {
            lab.Send(ConntrackLab.Udp(IpAddr.Parse($"198.18.0.{flow / 60000}"), 1024 + flow % 60000, ConntrackLab.Node, 30080));
            if (lab.LastVerdict == DropVerdict.InsertFailed) failed++;
            if (flow < 60000) failed.Should().Be(0);
        }

        failed.Should().BeInRange(1950, 2270, "3000 collide, and the free ports lie close together");
    }

    private static int Connect(Simulator sim, string from, int port) => sim.Client(from).Connect(Control + NodePort, From(port)).PeerSeenByBackend!.Value.Port;

    /// <summary>The lab with another MASQUERADE rule than kube-proxy's.</summary>
    internal static Simulator Masquerading(string options, params string[] endpoints)
    {
        Simulator sim = new KernelLab { Endpoints = endpoints.Length == 0 ? AllWeb : endpoints }.Start();
        foreach (SimulatedNode node in sim.Nodes)
        {
            node.Iptables.Restore($"""
                *nat
                :KUBE-POSTROUTING - [0:0]
                -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
                -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
                -A KUBE-POSTROUTING -p tcp -j MASQUERADE{options}
                COMMIT

                """);
        }

        return sim;
    }
}
