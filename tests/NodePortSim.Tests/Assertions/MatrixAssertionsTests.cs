using NodePortSim.Simulation;
using NodePortSim.Simulation.Matrices;
using NodePortSim.Tests.Simulation;
using Xunit.Sdk;

namespace NodePortSim.Tests.Assertions;

public sealed class MatrixAssertionsTests
{
    private const string Service = "default/svc-nodeport";

    [Fact]
    public void A_matrix_and_its_flows_are_asserted_on()
    {
        ReachabilityMatrix local = ReachabilityMatrix.Of(LabFiles.Local());
        local.Should().AllReach(ClientClass.PodOnNode, Service).And.ShowExternalClientsTo(Service);
        local.Should().HaveFlow("mypc", "172.18.0.4:30682").Which.Should().NeverSucceed().And.FailBecause(OutcomeReason.NoLocalEndpoints);
        local.Should().HaveFlow("mypc", "172.18.0.5:30682").Which.Should().AlwaysSucceed().And.ShowTheClient().And.HaveBackends(1);
        ReachabilityMatrix cluster = ReachabilityMatrix.Of(LabFiles.Simulator());
        cluster.Should().HaveFlow("mypc", "172.18.0.4:30682").Which.Should().AlwaysSucceed().And.HaveBackends(3);
    }

    [Fact]
    public void A_failure_lists_the_flows_that_are_otherwise()
    {
        ReachabilityMatrix local = ReachabilityMatrix.Of(LabFiles.Local());
        Failure(() => local.Should().AllReach(ClientClass.OtherNode, Service + ":svc-webport", "policy {0}", "Local")).Should().Be(
            """
            Expected matrix to have every client reach default/svc-nodeport:svc-webport from clients of kind OtherNode because policy Local, but these are otherwise:
            default/svc-nodeport:svc-webport (tcp)  nodePort 172.18.0.4:30682 of myk8s-control-plane
              myk8s-worker  timeout       100%  NoLocalEndpoints: no endpoint of default/svc-nodeport:svc-webport runs on myk8s-control-plane, and externalTrafficPolicy is Local
            """);
        Failure(() => local.Should().NoneReach(ClientClass.External, "default/other")).Should().StartWith(
            "Expected matrix to have no client of kind External reach default/other, but there is no such flow; the flows are:\nmypc > 10.200.1.19:9000 (default/svc-nodeport:svc-webport)\n");
        Failure(() => local.Should().HaveFlow("nobody", "172.18.0.5:30682")).Should().StartWith("Expected matrix to have a flow from nobody to 172.18.0.5:30682, but the flows are:\n");
        Failure(() => local.Should().HaveFlow("mypc", "172.18.0.5:30682").Which.Should().NeverSucceed()).Should().MatchRegex(
            @"never succeed, but it does not:\ndefault/svc-nodeport:svc-webport \(tcp\)  nodePort 172\.18\.0\.5:30682 of myk8s-worker\n  mypc  connected     100%  default/deploy-echo-\S+ \(10\.10\.2\.2:8080 on myk8s-worker\) sees 172\.18\.0\.100, the client$");
    }

    private static string Failure(Action assertion) => assertion.Should().Throw<XunitException>().Which.Message.ReplaceLineEndings("\n");
}
