using NodePortSim.Assertions;
using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Simulation;
using NodePortSim.Tests.Simulation;

namespace NodePortSim.Tests.Assertions;

public class FurtherAssertionsTests
{
    [Fact]
    public void Traces_are_asserted_on_by_host_and_chain_and_a_failure_shows_the_minimal_trace()
    {
        var trace = LabFiles.Local().Client("mypc").Trace("myk8s-control-plane:30682");
        trace.Should().PassHost("myk8s-control-plane").And.NotPassHost("myk8s-worker").And.MatchInChain("KUBE-EXTERNAL-SERVICES").And.NotMatchInChain("KUBE-FORWARD");
        Message(() => trace.Should().Succeed()).Should().Contain("TIMEOUT of mypc to 172.18.0.4:30682: no endpoint of").And.Contain("way mypc > myk8s-control-plane");
        Message(() => trace.Should().PassHost("myk8s-worker")).Should().StartWith("Expected trace to pass myk8s-worker, but it did not:");
    }

    [Fact]
    public void Distributions_are_compared_with_chance_or_within_a_tolerance()
    {
        SimulatedHost mypc = LabFiles.Simulator(seed: 3).Client("mypc");
        var distribution = Distribution.Of(mypc.ConnectMany("myk8s-worker:30682", 600));
        distribution.Should().HaveBackends(3).And.BeUniform().And.BeEvenWithin(0.06).And.Follow(mypc.Explore("myk8s-worker:30682"));

        var skewed = new Distribution([new("a", IpEndpoint.Parse("10.0.0.1:80"), 90), new("b", IpEndpoint.Parse("10.0.0.2:80"), 10)]);
        Message(() => skewed.Should().BeUniform()).Should().EndWith("but the shares are:\n90 a (10.0.0.1:80)\n10 b (10.0.0.2:80)");
        Message(() => skewed.Should().BeEvenWithin(0.3)).Should().Contain("even within 0.3");
        Message(() => skewed.Should().Follow(mypc.Explore("myk8s-worker:30682"))).Should().Contain("follow the probabilities of mypc");
    }

    [Theory]
    [InlineData(1, 3.841458820694124, 0.05)]
    [InlineData(2, 5.991464547107979, 0.05)]
    [InlineData(9, 27.877164871256568, 0.001)]
    [InlineData(30, 20.599234614585338, 0.9)]
    public void The_chi_squared_test_has_the_probabilities_of_its_tables(int degrees, double statistic, double probability)
    {
        // One count is off, so that its square over the expectation is the statistic.
        var counts = Enumerable.Repeat((Count: 1.0, Expected: 1.0), degrees).Append((1 + Math.Sqrt(statistic), 1.0));
        ChiSquared.Probability([.. counts]).Should().BeApproximately(probability, 1e-9);
    }

    [Fact]
    public void Explorations_are_asserted_on_as_a_whole()
    {
        SimulatedHost mypc = LabFiles.Local().Client("mypc");
        mypc.Explore("myk8s-worker:30682").Should().AlwaysSucceed().And.AlwaysShowTheClient();
        mypc.Explore("myk8s-control-plane:30682").Should().NeverSucceed();
        Message(() => LabFiles.Simulator().Client("mypc").Explore("myk8s-worker:30682").Should().AlwaysShowTheClient()).Should().Contain("(10.10.2.2:8080 on myk8s-worker) sees 10.10.2.1");
    }

    [Fact]
    public void Conntrack_tables_are_asserted_on_by_filter_and_a_failure_lists_the_entries()
    {
        Simulator sim = LabFiles.Simulator();
        SimulatedNode node = sim.Node("myk8s-control-plane");
        node.Conntrack.Should().BeEmpty();
        sim.Client("mypc").Connect("172.18.0.4:30682", new ConnectOptions { SourcePort = 40001 });
        node.Conntrack.Should().HaveCount(1).And.HaveEntry(new ConntrackFilter { AnyNat = true, SourcePort = 40001 }).And.NotHaveEntry(new ConntrackFilter { Protocol = Protocol.Udp });
        Message(() => node.Conntrack.Should().BeEmpty()).Should().Contain("src=172.18.0.100 dst=172.18.0.4 sport=40001 dport=30682");
    }

    [Fact]
    public void Rules_are_asserted_on_by_their_text_and_a_failure_lists_the_chain()
    {
        RuleSet rules = LabFiles.Simulator().Node("myk8s-worker").Iptables.Rules();
        rules.Should().HaveChain(IptablesTable.Nat, "KUBE-SVC-VTR7MTHHNMFZ3OFS").And.NotHaveChain(IptablesTable.Filter, "KUBE-SVC-VTR7MTHHNMFZ3OFS")
            .And.HaveRule(IptablesTable.Nat, "KUBE-EXT-VTR7MTHHNMFZ3OFS", "-j KUBE-SVC-VTR7MTHHNMFZ3OFS");
        Message(() => rules.Should().HaveRule(IptablesTable.Nat, "KUBE-EXT-VTR7MTHHNMFZ3OFS", "-j DROP")).Should().EndWith(
            """
            but the rules are:
            -m comment --comment "masquerade traffic for default/svc-nodeport:svc-webport external destinations" -j KUBE-MARK-MASQ
            -j KUBE-SVC-VTR7MTHHNMFZ3OFS
            """.ReplaceLineEndings("\n"));
        Message(() => rules.Should().HaveChain(IptablesTable.Nat, "NONE")).Should().Contain("PREROUTING, ");
    }

    private static string Message(Action assertion) => assertion.Should().Throw<Xunit.Sdk.XunitException>().Which.Message;
}
