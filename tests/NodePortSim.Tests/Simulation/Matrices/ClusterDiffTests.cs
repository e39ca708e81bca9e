using NodePortSim.Net;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Matrices;

namespace NodePortSim.Tests.Simulation.Matrices;

public class ClusterDiffTests
{
    [Fact]
    public void Cluster_and_Local_differ_for_whoever_comes_to_a_node_port_but_the_node_itself()
    {
        // A node is masqueraded and sent to every pod under either policy (spec kube-proxy-iptables 3.5), and cluster IPs have a policy of their own.
        var diff = ClusterDiff.Between(LabFiles.Simulator(), LabFiles.Local());
        diff.Flows.Select(static flow => $"{flow.Key.To} {flow.Key.Client} {flow.After!.From}").Should().Equal(
            "172.18.0.4:30682 External mypc",
            "172.18.0.4:30682 OtherNode myk8s-worker",
            "172.18.0.4:30682 PodOnNode a pod on myk8s-control-plane",
            "172.18.0.4:30682 PodElsewhere a pod on myk8s-worker",
            "172.18.0.5:30682 External mypc",
            "172.18.0.5:30682 OtherNode myk8s-worker2",
            "172.18.0.5:30682 PodOnNode a pod on myk8s-worker",
            "172.18.0.5:30682 PodElsewhere a pod on myk8s-worker2",
            "172.18.0.5:30682 Backend default/deploy-echo-6d8d7cd78b-bg96x",
            "172.18.0.2:30682 External mypc",
            "172.18.0.2:30682 OtherNode myk8s-worker3",
            "172.18.0.2:30682 PodOnNode a pod on myk8s-worker2",
            "172.18.0.2:30682 PodElsewhere a pod on myk8s-worker3",
            "172.18.0.2:30682 Backend default/deploy-echo-6d8d7cd78b-62h7r",
            "172.18.0.3:30682 External mypc",
            "172.18.0.3:30682 OtherNode myk8s-control-plane",
            "172.18.0.3:30682 PodOnNode a pod on myk8s-worker3",
            "172.18.0.3:30682 PodElsewhere a pod on myk8s-control-plane",
            "172.18.0.3:30682 Backend default/deploy-echo-6d8d7cd78b-v65n6");
    }

    [Fact]
    public void What_is_not_listed_fares_the_same()
    {
        Simulator before = LabFiles.Simulator();
        Simulator after = LabFiles.Local();
        HashSet<FlowKey> changed = [.. ClusterDiff.Between(before, after).Flows.Select(static flow => flow.Key)];
        ReachabilityMatrix left = ReachabilityMatrix.Of(before);
        ReachabilityMatrix right = ReachabilityMatrix.Of(after);
        left.Flows.Where(flow => !changed.Contains(flow.Key)).Should().Equal(right.Flows.Where(flow => !changed.Contains(flow.Key)));
        left.Flows.Zip(right.Flows).Where(pair => changed.Contains(pair.First.Key)).Should().OnlyContain(static pair => pair.First != pair.Second);
    }

    [Fact]
    public void Rules_that_differ_in_the_same_way_are_listed_once()
    {
        Simulator after = LabFiles.Simulator();
        after.Cluster.Delete("Service", "svc-nodeport");
        var diff = ClusterDiff.Between(LabFiles.Simulator(), after);
        RuleDifference rules = diff.Rules.Should().ContainSingle().Subject;
        rules.Nodes.Should().Equal("myk8s-control-plane", "myk8s-worker", "myk8s-worker2", "myk8s-worker3");
        rules.Family.Should().Be(IpFamily.IPv4);
        rules.Added.Should().BeEmpty();
        rules.Removed.Should().Contain(":KUBE-SVC-VTR7MTHHNMFZ3OFS - [0:0]");
    }

    [Fact]
    public void The_flows_of_a_Service_that_is_gone_are_tried_nonetheless()
    {
        Simulator after = LabFiles.Simulator();
        after.Cluster.Delete("Service", "svc-nodeport");
        FlowDifference flow = ClusterDiff.Between(LabFiles.Simulator(), after).Flows
            .Single(static flow => flow.Key is { Client: ClientClass.External, Node: "myk8s-worker" });
        flow.Before!.Outcomes.Should().HaveCount(3);
        flow.After!.Outcomes.Single().Reason.Should().Be(OutcomeReason.PortClosed);
    }

    [Fact]
    public void A_comparison_leaves_both_simulations_alone()
    {
        Simulator simulator = LabFiles.Simulator();
        ClusterDiff.Between(simulator, simulator).IsEmpty.Should().BeTrue();
        simulator.Cluster.State.Pods.Should().HaveCount(3);
        simulator.Nodes.Should().OnlyContain(static node => node.Conntrack.Count == 0);
    }
}
