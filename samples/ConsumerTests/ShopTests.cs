using FluentAssertions;
using NodePortSim.Simulation;
using Xunit;

public class ShopTests
{
    private readonly Simulator _cluster = Simulator.FromManifests("manifests/cluster.yaml", "manifests/shop.yaml");

    [Fact]
    public void Workers_serve_the_shop_and_see_who_asks() =>
        _cluster.Client("laptop").Connect("test-worker:30080").Should().Succeed().And.ReachPodOf("shop").And.BeSeenAs("172.18.0.200");

    [Fact]
    public void The_control_plane_has_no_shop_to_show() =>
        _cluster.Client("laptop").Connect("test-control-plane:30080").Should().TimeOut().AtChain("KUBE-EXTERNAL-SERVICES");
}
