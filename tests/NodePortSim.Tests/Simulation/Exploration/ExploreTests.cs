using NodePortSim.Iptables;
using NodePortSim.Kubernetes;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Exploration;

namespace NodePortSim.Tests.Simulation.Exploration;

public class ExploreTests
{
    /// <summary>What kube-proxy's <c>--probability 0.3333333333</c> is to the kernel: a threshold of 31 bits.</summary>
    private const double Third = 715827883 / 2147483648.0;

    [Fact]
    public void The_probabilities_are_those_of_the_kernels_31_bit_thresholds()
    {
        ExplorationResult result = LabFiles.Simulator().Client("mypc").Explore("myk8s-control-plane:30682");
        result.Outcomes.Select(static outcome => (outcome.Probability, outcome.Backend.ToString(), outcome.PeerAddress.ToString(), outcome.SeesClient)).Should().Equal(
            (Third, "10.10.1.2:8080", "172.18.0.4", false),
            ((1 - Third) / 2, "10.10.2.2:8080", "172.18.0.4", false),
            ((1 - Third) / 2, "10.10.3.2:8080", "172.18.0.4", false));
        result.ProbabilityOf(Outcome.Connected).Should().Be(1);
        result.Only.Should().BeNull();
    }

    [Fact]
    public void A_certain_failure_is_the_only_outcome_with_its_place_and_sentence()
    {
        ExplorationResult result = LabFiles.Local().Client("mypc").Explore("myk8s-control-plane:30682");
        result.Only.Should().Be(new ExploredOutcome
        {
            Probability = 1,
            Outcome = Outcome.Timeout,
            Reason = OutcomeReason.NoLocalEndpoints,
            Explanation = "no endpoint of default/svc-nodeport:svc-webport runs on myk8s-control-plane, and externalTrafficPolicy is Local",
            At = new OutcomePlace("myk8s-control-plane", IptablesTable.Filter, "KUBE-EXTERNAL-SERVICES", "-p tcp -m comment --comment \"default/svc-nodeport:svc-webport has no local endpoints\" -m addrtype --dst-type LOCAL -m tcp --dport 30682 -j DROP"),
        });
    }

    [Fact]
    public void An_exploration_leaves_nothing_behind_in_the_simulation()
    {
        Simulator explored = LabFiles.Simulator(seed: 5);
        Simulator twin = LabFiles.Simulator(seed: 5);
        explored.Client("mypc").Connect("myk8s-worker:30682");
        twin.Client("mypc").Connect("myk8s-worker:30682");

        explored.Client("mypc").Explore("myk8s-worker:30682");
        explored.Node("myk8s-worker").Explore("service/default/svc-nodeport:9000");

        StateOf(explored).Should().Be(StateOf(twin));
        explored.Client("mypc").ConnectMany("myk8s-worker:30682", 10).Should().Equal(twin.Client("mypc").ConnectMany("myk8s-worker:30682", 10));
    }

    [Fact]
    public void Session_affinity_of_the_simulation_has_no_part_in_it()
    {
        Simulator simulator = LabFiles.Simulator();
        simulator.Cluster.Patch("svc-nodeport", static spec => spec with { SessionAffinity = SessionAffinity.ClientIP });
        SimulatedHost mypc = simulator.Client("mypc");
        mypc.ConnectMany("myk8s-worker:30682", 20).Select(static connection => connection.Pod).Distinct().Should().ContainSingle();
        mypc.Explore("myk8s-worker:30682").Outcomes.Select(static outcome => outcome.Probability).Should().Equal(Third, (1 - Third) / 2, (1 - Third) / 2);
    }

    [Fact]
    public void An_exploration_follows_the_cluster()
    {
        Simulator simulator = LabFiles.Simulator();
        SimulatedHost mypc = simulator.Client("mypc");
        mypc.Explore("myk8s-worker:30682").Outcomes.Should().HaveCount(3);
        simulator.Cluster.Scale("deploy-echo", 1);
        mypc.Explore("myk8s-worker:30682").Only!.Probability.Should().Be(1);
        simulator.Cluster.Scale("deploy-echo", 0);
        mypc.Explore("myk8s-worker:30682").Only!.Reason.Should().Be(OutcomeReason.NoEndpoints);
        simulator.Cluster.Delete("Service", "svc-nodeport");
        mypc.Explore("myk8s-worker:30682").Only!.Reason.Should().Be(OutcomeReason.PortClosed);
    }

    [Fact]
    public void Connections_spread_as_the_exploration_says()
    {
        const int Count = 3000;
        Simulator simulator = LabFiles.Simulator(seed: 11);
        SimulatedHost mypc = simulator.Client("mypc");
        var distribution = Distribution.Of(mypc.ConnectMany("myk8s-worker2:30682", Count));
        foreach (ExploredOutcome outcome in mypc.Explore("myk8s-worker2:30682").Outcomes)
            (distribution.Shares.Single(share => share.Backend == outcome.Backend).Count / (double)Count).Should().BeApproximately(outcome.Probability, 0.05);
    }

    [Fact]
    public void Five_hundred_endpoints_have_five_hundred_outcomes_that_add_up_to_1()
    {
        Simulator simulator = LabFiles.Simulator();
        simulator.Cluster.Scale("deploy-echo", 500);
        ExplorationResult result = simulator.Client("mypc").Explore("myk8s-worker:30682");
        result.Outcomes.Should().HaveCount(500);
        result.ProbabilityOf(Outcome.Connected).Should().BeApproximately(1, 1e-12);
        result.Outcomes.Should().OnlyContain(static outcome => Math.Abs(outcome.Probability - 1 / 500.0) < 1e-6);
    }

    [Fact]
    public void Sums_and_products_of_thresholds_are_exact()
    {
        ExactProbability hit = ExactProbability.One.Times(715827883);
        ExactProbability miss = ExactProbability.One.Times(2147483648 - 715827883);
        (hit.Times(1u << 30) + hit.Times(1u << 30) + miss.Times(1) + miss.Times(2147483647)).ToDouble().Should().Be(1);
        hit.Times(3).ToDouble().Should().Be(Third * 3 / 2147483648);
        ExactProbability.Zero.ToDouble().Should().Be(0);
    }

    private static string StateOf(Simulator simulator) => string.Join('\n', simulator.Nodes.Select(static node =>
        string.Join('\n', [node.Name, node.Iptables.Save(IptablesTable.Nat, counters: true), node.Iptables.Save(IptablesTable.Filter, counters: true), .. node.Conntrack.Lines()])))
        + simulator.Time.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
