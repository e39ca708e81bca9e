using NodePortSim.Net;
using NodePortSim.Routing;

namespace NodePortSim.Network.Shapes;

/// <summary>How a container network wires pods to their node, and nodes to each other's pods.</summary>
internal abstract class CniShape
{
    /// <summary>The index of eth0: every host's second interface.</summary>
    protected const int Eth0 = 2;

    public static CniShape Create(TopologyOptions options) => options.Cni switch
    {
        CniKind.Bridge => new BridgeShape(options),
        CniKind.Overlay => new OverlayShape(options),
        _ => new PtpShape(options.VethAddress),
    };

    /// <summary>Prepares a node for pods.</summary>
    public virtual void WireNode(Host node, NodeHostOptions options)
    {
    }

    /// <summary>Makes each of two nodes reach the other's pods: by default over eth0, through the other's address.</summary>
    public virtual void ConnectNodes(Host a, NodeHostOptions optionsA, Host b, NodeHostOptions optionsB)
    {
        RouteTo(a, optionsA, optionsB);
        RouteTo(b, optionsB, optionsA);
    }

    /// <summary>Connects a pod to its node.</summary>
    public abstract void WirePod(Host node, NodeHostOptions nodeOptions, Host pod, PodHostOptions options);

    /// <summary>Takes a pod off its node.</summary>
    public abstract void UnwirePod(Host node, Host pod, PodHostOptions options);

    /// <summary>The pod's gateway: the first address of the node's pod network, or of the pod's own /24 or /64 where the node has none.</summary>
    protected static IpAddr PodGateway(NodeHostOptions node, IpAddr podAddress)
    {
        foreach (IpCidr network in node.PodNetworks)
            if (network.Family == podAddress.Family) return network.Address.Add(1);
        return new IpCidr(podAddress, podAddress.IsIPv4 ? 24 : 64).Address.Add(1);
    }

    protected static IpCidr Default(IpAddr like) => new(like.IsIPv4 ? IpAddr.AnyIPv4 : IpAddr.AnyIPv6, 0);

    private static void RouteTo(Host host, NodeHostOptions self, NodeHostOptions other)
    {
        foreach (IpCidr network in other.PodNetworks)
        {
            if (!self.Addresses.Any(own => own.Family == network.Family)) continue;
            foreach (IpAddr via in other.Addresses)
                if (via.Family == network.Family) host.Routing.AddRoute(new Route(network, via, Eth0));
        }
    }
}
