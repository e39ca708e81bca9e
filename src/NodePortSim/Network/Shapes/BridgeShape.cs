using NodePortSim.Net;
using NodePortSim.Routing;

namespace NodePortSim.Network.Shapes;

/// <summary>One bridge <c>cni0</c> on each node, with the first address of the node's pod network, as flannel makes it.</summary>
internal class BridgeShape(TopologyOptions topology) : CniShape
{
    private readonly Dictionary<Host, Segment> _bridges = [];

    public override void WireNode(Host node, NodeHostOptions options)
    {
        NetworkInterface cni0 = node.Routing.AddInterface("cni0");
        foreach (IpCidr network in options.PodNetworks)
            node.Routing.AddAddress(cni0, new InterfaceAddress(network.Address.Add(1), network.PrefixLength, AddressScope.Global));
        var segment = new Segment("cni0", isPointToPoint: false);
        segment.Attach(node, cni0);
        node.Bridge = new Bridge(node, cni0, segment, topology.BridgeNfCallIptables, topology.Hairpin);
        segment.Owner = node.Bridge;
        _bridges.Add(node, segment);
    }

    public override void WirePod(Host node, NodeHostOptions nodeOptions, Host pod, PodHostOptions options)
    {
        NetworkInterface eth0 = pod.Routing.AddInterface("eth0");
        foreach (IpAddr address in options.Addresses)
        {
            int length = nodeOptions.PodNetworks.FirstOrDefault(network => network.Family == address.Family, new IpCidr(address, address.IsIPv4 ? 24 : 64)).PrefixLength;
            pod.Routing.AddAddress(eth0, new InterfaceAddress(address, length, AddressScope.Global));
            pod.Routing.AddRoute(new Route(Default(address), PodGateway(nodeOptions, address), eth0.Index));
        }

        _bridges[node].Attach(pod, eth0);
    }

    public override void UnwirePod(Host node, Host pod, PodHostOptions options) => _bridges[node].Detach(pod);
}
