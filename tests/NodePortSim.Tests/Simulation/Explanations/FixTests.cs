using NodePortSim.Iptables;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Fixes;
using NodePortSim.Simulation.Tracing;
using NodePortSim.Tests.Fidelity;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Simulation.Explanations;

public sealed class FixTests
{
    private const string Drop = "*filter\n-I FORWARD -s 172.18.0.100/32 -j DROP\n-I FORWARD -p udp -j ACCEPT\nCOMMIT\n";

    [Fact]
    public void Each_fix_of_the_labs_drop_works_by_itself()
    {
        Trace trace = LabFiles.Local().Client("mypc").Explain("myk8s-control-plane:30682");
        trace.Fixes.Select(static fix => (fix.Nearness, fix.Kind, fix.Sentence)).Should().Equal(
            (FixNearness.Client, FixKind.OtherNode, "send to myk8s-worker (172.18.0.5:30682)"),
            (FixNearness.Field, FixKind.ExternalTrafficPolicy, "set externalTrafficPolicy: Cluster in Service default/svc-nodeport"),
            (FixNearness.Cluster, FixKind.AddPod, "run a pod of Service default/svc-nodeport on myk8s-control-plane"));
        foreach (Fix fix in trace.Fixes)
        {
            Simulator simulator = LabFiles.Local();
            fix.ApplyTo(simulator);
            fix.Connect(simulator).Outcome.Should().Be(Outcome.Connected, fix.Sentence);
        }
    }

    [Fact]
    public void Looking_for_fixes_leaves_the_simulation_as_it_is()
    {
        Simulator explained = LabFiles.Local();
        Simulator traced = LabFiles.Local();
        explained.Client("mypc").Explain("myk8s-control-plane:30682").Connection.Should().Be(traced.Client("mypc").Trace("myk8s-control-plane:30682").Connection);
        explained.Cluster.State.Should().Be(traced.Cluster.State);
        explained.Time.GetUtcNow().Should().Be(traced.Time.GetUtcNow());
        foreach (SimulatedNode node in traced.Nodes)
            explained.Node(node.Name).Iptables.Save(IptablesTable.Filter, counters: true).Should().Be(node.Iptables.Save(IptablesTable.Filter, counters: true));
        explained.Client("mypc").Connect("myk8s-worker:30682").Should().Be(traced.Client("mypc").Connect("myk8s-worker:30682"));
    }

    [Fact]
    public void What_connects_has_no_fixes_and_a_plain_trace_looks_for_none()
    {
        Simulator simulator = LabFiles.Local();
        Trace connected = simulator.Client("mypc").Explain("myk8s-worker:30682");
        (connected.Needed, connected.Fixes.Count).Should().Be((null, 0));
        Trace plain = simulator.Client("mypc").Trace("myk8s-control-plane:30682");
        (plain.Needed, plain.Fixes.Count).Should().Be((null, 0));
    }

    [Fact]
    public void A_fix_that_is_not_certain_says_how_probable_success_is()
    {
        Fix fix = new()
        {
            Kind = FixKind.EndpointSlice,
            Sentence = "take it out",
            From = "mypc",
            To = new Net.IpEndpoint(Net.IpAddr.Parse("10.0.0.1"), 80),
            Options = ConnectOptions.Default,
            Probability = 2 / 3.0,
        };
        fix.ToString().Should().Be("take it out (succeeds with probability 0.667)");
        Simulator simulator = new KernelLab { Seed = 3 }.Start().Load("""
            {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}, addressType: IPv4, ports: [{name: http, port: 8080}],
              endpoints: [{addresses: [10.10.9.8], nodeName: gone}, {addresses: [10.10.9.9], nodeName: gone}, {addresses: [10.10.3.3], nodeName: myk8s-worker3}]}
            """);
        Trace trace = Enumerable.Range(0, 20).Select(_ => simulator.Client("mypc").Explain(Control + NodePort)).First(static trace => trace.Connection.Outcome != Outcome.Connected);
        trace.Fixes.Should().ContainSingle().Which.ToString().Should().MatchRegex(@"^take endpoint 10\.10\.9\.[89] out of EndpointSlice default/web-1 \(succeeds with probability 0\.5\)$");
    }

    [Fact]
    public void An_open_connection_that_gets_its_answer_needs_no_fix()
    {
        OpenConnection open = new KernelLab { Endpoints = [WebWorker3] }.Start().Pod("app-worker").Open(ClusterIP);
        Trace trace = open.Explain();
        (trace.Connection.Outcome, trace.Needed).Should().Be((Outcome.Connected, null));
        trace.WayThere.Select(static hop => hop.Host).Should().Equal("default/app-worker", Worker, Worker3, "default/web-worker3");
        open.IsOpen.Should().BeTrue();
    }

    [Fact]
    public void Explorations_know_administrators_rules()
    {
        Simulator simulator = new KernelLab { Endpoints = [WebWorker] }.Start();
        simulator.Client("mypc").Explore(Control + NodePort).Only!.Outcome.Should().Be(Outcome.Connected);
        simulator.Node(Control).Iptables.Restore(Drop);
        simulator.Client("mypc").Explore(Control + NodePort).Only!.Reason.Should().Be(OutcomeReason.DroppedByRule);
        simulator.Node(Control).Iptables.Delete(IptablesTable.Filter, "FORWARD", 2);
        simulator.Client("mypc").Explore(Control + NodePort).Only!.Outcome.Should().Be(Outcome.Connected);
    }

    [Fact]
    public void A_nodes_rules_are_deleted_by_number_and_its_policies_set()
    {
        NodeIptables iptables = new KernelLab().Start().Node(Control).Iptables;
        iptables.Restore(Drop);
        iptables.Delete(IptablesTable.Filter, "FORWARD", 1);
        iptables.SetPolicy(IptablesTable.Filter, "FORWARD", ChainPolicy.Drop);
        iptables.Spec(IptablesTable.Filter, "FORWARD").Split('\n')[..2].Should().Equal("-P FORWARD DROP", "-A FORWARD -s 172.18.0.100/32 -j DROP");
        iptables.Invoking(static i => i.Delete(IptablesTable.Filter, "FORWARD", 99)).Should().Throw<ArgumentOutOfRangeException>();
        iptables.Invoking(static i => i.Delete(IptablesTable.Filter, "NONE", 1)).Should().Throw<ArgumentException>().WithMessage("table \"filter\" has no chain \"NONE\"*");
        iptables.Invoking(static i => i.SetPolicy(IptablesTable.Filter, "KUBE-FORWARD", ChainPolicy.Drop)).Should().Throw<ArgumentException>().WithMessage("chain \"KUBE-FORWARD\" is not built in*");
    }

    [Fact]
    public void A_node_that_is_made_anew_keeps_an_administrators_rules()
    {
        Simulator simulator = new KernelLab { Endpoints = [WebWorker] }.Start();
        simulator.Node(Control).Iptables.Restore(Drop);
        string before = simulator.Node(Control).Iptables.Save(IptablesTable.Filter);
        simulator.Load("{apiVersion: nodeportsim.dev/v1alpha1, kind: Network, metadata: {name: default}, spec: {cni: ptp, hostAddress: podGateway, gateways: [172.18.0.254], sysctls: {net.ipv4.icmp_ratelimit: 0}}}");
        simulator.Node(Control).Iptables.Save(IptablesTable.Filter).Should().Be(before);
        simulator.Client("mypc").Connect(Control + NodePort).Reason.Should().Be(OutcomeReason.DroppedByRule);
    }
}
