using NodePortSim.Net;
using NodePortSim.Routing;

namespace NodePortSim.Network.Shapes;

/// <summary>Bridges joined by a tunnel: <c>flannel.1</c> on each node carries the pod network's own address (VXLAN), so MASQUERADE takes that.</summary>
internal sealed class OverlayShape(TopologyOptions topology) : BridgeShape(topology)
{
    private const string Tunnel = "flannel.1";

    private readonly Segment _overlay = new(Tunnel, isPointToPoint: false);

    public override void WireNode(Host node, NodeHostOptions options)
    {
        base.WireNode(node, options);
        NetworkInterface tunnel = node.Routing.AddInterface(Tunnel);
        foreach (IpCidr network in options.PodNetworks)
            node.Routing.AddAddress(tunnel, new InterfaceAddress(network.Address, network.Address.BitLength, AddressScope.Global));
        _overlay.Attach(node, tunnel);
    }

    public override void ConnectNodes(Host a, NodeHostOptions optionsA, Host b, NodeHostOptions optionsB)
    {
        RouteThroughTunnel(a, optionsB);
        RouteThroughTunnel(b, optionsA);
    }

    private static void RouteThroughTunnel(Host host, NodeHostOptions other)
    {
        int tunnel = host.Routing.Interfaces.First(static port => port.Name == Tunnel).Index;
        foreach (IpCidr network in other.PodNetworks) host.Routing.AddRoute(new Route(network, network.Address, tunnel));
    }
}
