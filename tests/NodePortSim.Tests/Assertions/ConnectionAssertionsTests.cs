using NodePortSim.Kubernetes;
using NodePortSim.Simulation;
using NodePortSim.Tests.Simulation;

namespace NodePortSim.Tests.Assertions;

public class ConnectionAssertionsTests
{
    [Fact]
    public void A_connection_reads_as_a_sentence_of_assertions()
    {
        Simulator sim = LabFiles.Simulator();
        SimulatedHost mypc = sim.Client("mypc");

        Connection c = mypc.Connect("172.18.0.4:30682");
        c.Should().Succeed().And.ReachPodOf("deploy-echo").And.BeSeenAs("172.18.0.4");

        sim.Cluster.Patch("svc-nodeport", s => s with { ExternalTrafficPolicy = TrafficPolicy.Local });
        mypc.Connect("172.18.0.4:30682").Should().TimeOut().AtChain("KUBE-EXTERNAL-SERVICES");
        mypc.Connect("172.18.0.4:30682").Should().TimeOut().AtHost("myk8s-control-plane").Because(OutcomeReason.NoLocalEndpoints);
        mypc.Connect("172.18.0.5:30682").Should().Succeed().And.BeSeenAs("172.18.0.100").And.ReachNode("myk8s-worker");
        mypc.Connect("172.18.0.5:1").Should().BeRefused().Because(OutcomeReason.PortClosed);
        mypc.Connect("service/default/svc-nodeport:9000").Should().BeUnreachable().AtHost("gateway");
    }

    [Fact]
    public void The_message_of_a_failure_says_which_rule_decided_and_why()
    {
        Connection connection = LabFiles.Local().Client("mypc").Connect("172.18.0.4:30682");
        Action assertion = () => connection.Should().Succeed("every node answers for {0}", "the Service");
        assertion.Should().Throw<Xunit.Sdk.XunitException>().WithMessage(
            """
            Expected connection to succeed because every node answers for the Service, but it did not:
            TIMEOUT of mypc to 172.18.0.4:30682: no endpoint of default/svc-nodeport:svc-webport runs on myk8s-control-plane, and externalTrafficPolicy is Local (NoLocalEndpoints)
            at myk8s-control-plane: filter KUBE-EXTERNAL-SERVICES: -p tcp -m comment --comment "default/svc-nodeport:svc-webport has no local endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30682 -j DROP
            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Each_assertion_fails_for_what_is_otherwise()
    {
        Connection connection = LabFiles.Local().Client("mypc").Connect("172.18.0.5:30682");
        Action[] assertions =
        [
            () => connection.Should().BeRefused(),
            () => connection.Should().TimeOut(),
            () => connection.Should().BeUnreachable(),
            () => connection.Should().BeDenied(),
            () => connection.Should().ReachPodOf("deploy"),
            () => connection.Should().ReachPodOf("other/deploy-echo"),
            () => connection.Should().ReachPod("deploy-echo"),
            () => connection.Should().ReachNode("myk8s-worker2"),
            () => connection.Should().BeSeenAs("172.18.0.5"),
            () => connection.Should().EndAtChain("KUBE-FORWARD"),
            () => connection.Should().FailBecause(OutcomeReason.NoRoute),
            () => ((Connection?)null).Should().Succeed(),
        ];
        foreach (Action assertion in assertions) assertion.Should().Throw<Xunit.Sdk.XunitException>().Which.Message.Should().StartWith("Expected connection to ");
    }
}
