using NodePortSim.Manifests;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.Tests.Network;

/// <summary>What a client learns of ICMP errors: as sockets of the kernel do, found by the tests against it.</summary>
public sealed class UnreachableTests
{
    private const string Manifests = """
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n0"}, "spec": {"podCIDR": "10.44.0.0/24"}, "status": {"addresses": [{"type": "InternalIP", "address": "192.168.70.11"}]}}
        ---
        {"apiVersion": "nodeportsim.dev/v1alpha1", "kind": "ExternalClient", "metadata": {"name": "mypc"}, "spec": {"addresses": ["192.168.70.100"]}}
        ---
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "idle"}, "spec": {"type": "NodePort", "clusterIP": "10.201.0.10", "ports": [{"name": "t", "port": 80, "nodePort": 31080}, {"name": "u", "port": 80, "protocol": "UDP", "nodePort": 31080}]}}
        """;

    [Theory]
    [InlineData(Protocol.Tcp, Outcome.Unreachable)]
    [InlineData(Protocol.Udp, Outcome.Timeout)]
    public void A_router_without_a_route_ends_a_TCP_connect_but_not_the_wait_of_a_UDP_socket(Protocol protocol, Outcome expected) =>
        Connect("10.201.0.10:80", protocol).Should().Be(expected);

    [Theory]
    [InlineData(Protocol.Tcp)]
    [InlineData(Protocol.Udp)]
    public void An_ICMP_port_unreachable_is_final_for_both(Protocol protocol) =>
        Connect("192.168.70.11:31080", protocol).Should().Be(Outcome.Refused);

    private static Outcome Connect(string to, Protocol protocol)
    {
        var simulator = new Simulator();
        simulator.Apply(ManifestReader.ReadText(Manifests)).ThrowIfErrors();
        return simulator.Client("mypc").Connect(to, new ConnectOptions { Protocol = protocol }).Outcome;
    }
}
