using NodePortSim.Iptables;
using NodePortSim.Simulation;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Fidelity;

/// <summary>What was measured of load balancer addresses. The numbers are those of the list in docs/fidelity.md.</summary>
public sealed class PartL_LoadBalancerTests
{
    private const string To = Vip + ":9000";

    [Fact]
    public void Finding_67_a_source_in_the_range_is_served_like_at_the_node_port()
    {
        WithRange("172.18.0.102/32").Client("routed").Peers(To).Should().Be("10.10.1.3<172.18.0.5 10.10.2.3<10.10.2.1 10.10.3.3<172.18.0.5");
    }

    [Theory]
    [InlineData("routed", "FORWARD")]
    [InlineData("app-worker", "FORWARD")]
    [InlineData(Worker, "OUTPUT")]
    public void Finding_67_other_sources_are_dropped_in_filter_each_SYN_and_leave_no_entry(string from, string hook)
    {
        Simulator sim = WithRange("9.9.9.0/24");
        Connection dropped = sim.Host(from).Connect(To, new ConnectOptions { Timeout = TimeSpan.FromSeconds(6) });
        (dropped.Outcome, dropped.Reason, dropped.At!.Chain, dropped.At.Host).Should().Be((Outcome.Timeout, OutcomeReason.NotInSourceRanges, "KUBE-PROXY-FIREWALL", Worker));
        sim.Node(Worker).Packets(IptablesTable.Filter, "KUBE-PROXY-FIREWALL", "-j DROP").Should().Be(3);
        sim.Node(Worker).Packets(IptablesTable.Filter, hook, "-j KUBE-PROXY-FIREWALL").Should().Be(3);
        sim.Node(Worker).Conntrack.Count.Should().Be(0);
    }

    [Fact]
    public void Finding_68_a_node_passes_when_its_own_address_is_in_the_range_and_its_pods_do_not()
    {
        Simulator sim = WithRange(WorkerAddress + "/32");
        sim.Node(Worker).To(To).Should().Be(Outcome.Connected);
        sim.Pod("app-worker").To(To).Should().Be(Outcome.Timeout);
        sim.Node(Worker3).To(To).Should().Be(Outcome.Timeout);
    }

    private static Simulator WithRange(string range) => new KernelLab().Start().Load($$$"""
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: LoadBalancer, clusterIP: 10.200.1.73, loadBalancerSourceRanges: [{{{range}}}],
          ports: [{name: http, port: 9000, targetPort: 8080, nodePort: 30682}]}, status: {loadBalancer: {ingress: [{ip: {{{Vip}}} }]} } }
        """);
}
