using NodePortSim.Net;
using NodePortSim.Routing;

namespace NodePortSim.Network.Shapes;

/// <summary>A veth pair and a host route for each pod, as the CNI plugin ptp (kindnet) and Calico make them.</summary>
internal sealed class PtpShape(VethAddress vethAddress) : CniShape
{
    /// <summary>The gateway of pods whose veth's other end has no address: it answers for any (Calico's way).</summary>
    private static readonly IpAddr LinkLocalGateway = IpAddr.Parse("169.254.1.1");

    private static readonly IpAddr LinkLocalGatewayIPv6 = IpAddr.Parse("fe80::1");

    public override void WirePod(Host node, NodeHostOptions nodeOptions, Host pod, PodHostOptions options)
    {
        NetworkInterface veth = node.Routing.AddInterface("veth" + (node.Routing.Interfaces.Count - Eth0 + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
        NetworkInterface eth0 = pod.Routing.AddInterface("eth0");
        foreach (IpAddr address in options.Addresses)
        {
            IpAddr gateway = AddGateway(node, nodeOptions, veth, address);
            node.Routing.AddRoute(new Route(IpCidr.Host(address), null, veth.Index));
            pod.Routing.AddAddress(eth0, new InterfaceAddress(address, address.BitLength, AddressScope.Global));
            pod.Routing.AddRoute(new Route(IpCidr.Host(gateway), null, eth0.Index));
            pod.Routing.AddRoute(new Route(Default(address), gateway, eth0.Index));
        }

        var link = new Segment(veth.Name, isPointToPoint: true);
        link.Attach(node, veth);
        link.Attach(pod, eth0);
    }

    public override void UnwirePod(Host node, Host pod, PodHostOptions options)
    {
        foreach (IpAddr address in options.Addresses) node.Routing.RemoveRoute(IpCidr.Host(address));
        if (pod.SegmentOf(Eth0) is { } link) link.Detach(pod);
    }

    /// <summary>Gives the node's end its address; an IPv6 one is link-local always, so that MASQUERADE finds none there (finding 2).</summary>
    private IpAddr AddGateway(Host node, NodeHostOptions nodeOptions, NetworkInterface veth, IpAddr podAddress)
    {
        if (!podAddress.IsIPv4)
        {
            node.Routing.AddAddress(veth, new InterfaceAddress(LinkLocalGatewayIPv6, 128, AddressScope.Link));
            return LinkLocalGatewayIPv6;
        }

        if (vethAddress == VethAddress.None) return LinkLocalGateway;
        IpAddr gateway = vethAddress == VethAddress.Node
            ? nodeOptions.Addresses.First(address => address.IsIPv4)
            : PodGateway(nodeOptions, podAddress);
        node.Routing.AddAddress(veth, new InterfaceAddress(gateway, 32, AddressScope.Global));
        return gateway;
    }
}
