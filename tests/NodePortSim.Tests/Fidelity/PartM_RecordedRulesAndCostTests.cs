using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Tracing;
using NodePortSim.Tests.Conformance;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Fidelity;

/// <summary>What was measured of recorded rules, and of what packets cost, without the figures. The numbers are those of the list in docs/fidelity.md.</summary>
public sealed class PartM_RecordedRulesAndCostTests
{
    [Fact]
    public void Finding_69_every_recorded_rule_file_is_read_and_given_back_as_the_very_same_text()
    {
        int files = 0;
        foreach (ConformanceCase recorded in ConformanceCases.All)
        {
            foreach (RecordedRules rules in recorded.Rules(recorded.Levels.First()).Where(static rules => rules.Kind == "save"))
            {
                RuleSet read = SaveReader.Read(rules.Text, rules.Family).Rules;
                foreach (string table in rules.Text.Split("COMMIT\n", StringSplitOptions.RemoveEmptyEntries))
                {
                    IptablesTable name = Enum.Parse<IptablesTable>(table[1..table.IndexOf('\n', StringComparison.Ordinal)], ignoreCase: true);
                    SaveWriter.Write(read[name]!, rules.Family).Should().Be(table + "COMMIT\n", "{0} {1}", recorded.Name, rules.Node);
                }

                files++;
            }
        }

        files.Should().BeGreaterThan(300);
    }

    [Fact]
    public void Finding_70_texts_come_back_in_the_kernels_words()
    {
        Simulator sim = new KernelLab().Start();
        sim.Node(Control).Iptables.Restore("""
            *filter
            :TEST - [0:0]
            -A TEST -j MARK --or-mark 0x4000
            -A TEST -j MARK --xor-mark 0x4000
            -A TEST -m statistic --mode random --probability 0.3333333333 -j RETURN
            -A TEST -j REJECT
            -A TEST -m nfacct --nfacct-name ct_state_invalid_dropped_pkts
            COMMIT

            """.Replace("-A TEST -j MARK", "-A TEST -p tcp -j MARK", StringComparison.Ordinal));
        sim.Node(Control).Iptables.Spec(IptablesTable.Filter, "TEST").Should().Be("""
            -N TEST
            -A TEST -p tcp -j MARK --set-xmark 0x4000/0x4000
            -A TEST -p tcp -j MARK --set-xmark 0x4000/0x0
            -A TEST -m statistic --mode random --probability 0.33333333349 -j RETURN
            -A TEST -j REJECT --reject-with icmp-port-unreachable
            -A TEST -m nfacct --nfacct-name  ct_state_invalid_dropped_pkts

            """);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Finding_71_only_the_first_packet_meets_the_rules_of_services_however_many_there_are(int services)
    {
        Simulator sim = WithServices(services);
        sim.Client("mypc").To(Control + NodePort).Should().Be(Outcome.Connected);
        sim.Node(Control).Packets(IptablesTable.Nat, "PREROUTING").Should().Be(1);
        sim.Node(Control).Packets(IptablesTable.Filter, "FORWARD", "-j KUBE-FORWARD").Should().Be(10);
    }

    [Fact]
    public void Finding_73_a_node_port_flow_passes_every_cluster_IP_and_a_flow_of_no_service_does_too()
    {
        Simulator sim = WithServices(100);
        int rules = sim.Node(Control).Iptables.Spec(IptablesTable.Nat, "KUBE-SERVICES").Split('\n').Count(static line => line.StartsWith("-A", StringComparison.Ordinal));
        rules.Should().BeGreaterThan(100);
        Tried(sim.Client("mypc").Trace(Control + NodePort), Control, "KUBE-SERVICES").Should().Be(rules);
        Tried(sim.Client("routed").Trace("10.10.2.3:8080"), Worker, "KUBE-SERVICES").Should().Be(rules);
        Tried(sim.Pod("app-worker").Trace(ClusterIP), Worker, "KUBE-SERVICES").Should().BeLessThan(rules);
    }

    [Fact]
    public void Finding_74_a_remote_endpoint_makes_the_packet_walk_the_rules_of_two_nodes()
    {
        Simulator sim = WithServices(100, WebWorker);
        Trace trace = sim.Client("mypc").Trace(Control + NodePort);
        Tried(trace, Worker, "KUBE-SERVICES").Should().Be(Tried(trace, Control, "KUBE-SERVICES"));
        Tried(trace, Worker, "KUBE-NODEPORTS").Should().Be(0);
    }

    private static int Tried(Trace trace, string node, string chain) =>
        trace.WayThere.Where(hop => hop.Host == node).SelectMany(static hop => hop.Steps).OfType<RuleStep>().Count(step => step.Table == IptablesTable.Nat && step.Chain == chain);

    private static Simulator WithServices(int count, params string[] endpoints) => new KernelLab
    {
        Endpoints = endpoints.Length == 0 ? AllWeb : endpoints,
        More = string.Join("\n---\n", Enumerable.Range(0, count).Select(static i => $$$"""
            {apiVersion: v1, kind: Service, metadata: {name: s{{{i}}} }, spec: {type: NodePort, clusterIP: 10.200.2.{{{i + 1}}}, ports: [{port: 80, nodePort: {{{31000 + i}}} }]}}
            ---
            {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: s{{{i}}}-1, labels: {kubernetes.io/service-name: s{{{i}}} }}, addressType: IPv4,
              ports: [{port: 8080}], endpoints: [{addresses: [10.10.2.3], nodeName: myk8s-worker}]}
            """)),
    }.Start();
}
