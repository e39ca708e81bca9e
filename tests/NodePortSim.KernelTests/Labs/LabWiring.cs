using NodePortSim.Clusters;
using NodePortSim.Net;
using NodePortSim.Network;
using NodePortSim.Routing;

namespace NodePortSim.KernelTests.Labs;

/// <summary>The <c>ip</c> commands that give a host its links, addresses and routes.</summary>
internal static class LabWiring
{
    private const string LinkLocalGateway = "169.254.1.1";

    /// <summary>A link between nodes that carries pods' packets as a tunnel would; nothing is wrapped up on it.</summary>
    public const string Tunnel = "flannel.1";

    /// <summary>A gateway address that no interface has needs a neighbour entry, as Calico answers ARP for it.</summary>
    private const string MacOfGateway = "ee:ee:ee:ee:ee:ee";

    public static IpCidr OnLan(IpAddr address) => new(address, address.IsIPv4 ? 24 : 64);

    public static void WireNode(List<string> commands, NodeHostOptions node, HostPlan plan)
    {
        commands.Add("link set eth0 up");
        foreach (IpAddr address in node.Addresses) commands.Add(Address(address, OnLan(address).PrefixLength, "eth0"));
        foreach (ExtraAddress extra in node.ExtraAddresses)
        {
            if (extra.Interface != "eth0") commands.Add($"link set {extra.Interface} up");
            commands.Add(Address(extra.Address, extra.PrefixLength, extra.Interface));
        }

        AddDefaultRoutes(commands, node.Addresses, plan.Topology);
        bool overlay = plan.Topology.Cni == CniKind.Overlay;
        if (overlay)
        {
            commands.Add($"link set {Tunnel} up");
            foreach (IpCidr network in node.PodNetworks) commands.Add(Address(network.Address, network.Address.BitLength, Tunnel));
        }

        if (plan.Topology.Cni != CniKind.Ptp)
        {
            commands.AddRange(["link add cni0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0", "link set cni0 up"]);
            foreach (IpCidr network in node.PodNetworks) commands.Add(Address(network.Address.Add(1), network.PrefixLength, "cni0"));
        }

        foreach (NodeHostOptions other in plan.Nodes.Values)
        {
            if (other == node) continue;
            foreach (IpAddr address in other.Addresses)
                if (HasFamily(node, address.Family) && !node.Addresses.Any(own => OnLan(own).Contains(address))) commands.Add($"route add {IpCidr.Host(address)} dev eth0");
            foreach (IpCidr network in other.PodNetworks)
                if (overlay) commands.Add($"route add {network} via {network.Address} onlink dev {Tunnel}");
                else foreach (IpAddr via in other.Addresses.Where(via => via.Family == network.Family && HasFamily(node, network.Family)).Take(1))
                    commands.Add($"route add {network} via {via}");
        }
    }

    public static void WireClient(List<string> commands, ClientHostOptions client, TopologyOptions topology)
    {
        commands.Add("link set eth0 up");
        foreach (InterfaceAddress address in client.Addresses) commands.Add(Address(address.Address, address.PrefixLength, "eth0"));
        AddDefaultRoutes(commands, client.Addresses.Select(static a => a.Address), topology);
        foreach (StaticRoute route in client.Routes) commands.Add($"route add {route.To} via {route.Via} onlink dev eth0");
    }

    public static void WirePod(List<string> nodeCommands, List<string> commands, PodHostOptions pod, NodeHostOptions node, string veth, TopologyOptions topology)
    {
        commands.Add("link set eth0 up");
        nodeCommands.Add($"link set {veth} up");
        if (topology.Cni != CniKind.Ptp)
        {
            nodeCommands.Add($"link set {veth} master cni0");
            if (topology.Hairpin) nodeCommands.Add($"link set {veth} type bridge_slave hairpin on");
        }

        foreach (IpAddr address in pod.Addresses)
        {
            IpCidr network = node.PodNetworks.FirstOrDefault(network => network.Family == address.Family, OnLan(address));
            IpAddr first = network.Address.Add(1);
            if (topology.Cni != CniKind.Ptp)
            {
                commands.Add(Address(address, network.PrefixLength, "eth0"));
                commands.Add($"route add {Everything(address)} via {first}");
                continue;
            }

            string gateway = !address.IsIPv4 ? "fe80::1" : topology.VethAddress switch
            {
                VethAddress.None => LinkLocalGateway,
                VethAddress.Node => node.Addresses.First(static own => own.IsIPv4).ToString(),
                _ => first.ToString(),
            };
            if (!address.IsIPv4) nodeCommands.Add($"addr add fe80::1/64 dev {veth} nodad");
            else if (topology.VethAddress != VethAddress.None) nodeCommands.Add($"addr add {gateway}/32 dev {veth}");
            else nodeCommands.Add($"link set {veth} address {MacOfGateway}");
            nodeCommands.Add($"route add {IpCidr.Host(address)} dev {veth}{(address.IsIPv4 ? " scope link" : "")}");
            commands.Add(Address(address, address.BitLength, "eth0"));
            if (address.IsIPv4) commands.Add($"route add {gateway}/32 dev eth0 scope link");
            if (address.IsIPv4 && topology.VethAddress == VethAddress.None) commands.Add($"neigh replace {gateway} lladdr {MacOfGateway} dev eth0 nud permanent");
            commands.Add($"route add {Everything(address)} via {gateway} dev eth0");
        }
    }

    private static string Address(IpAddr address, int length, string device) => $"addr add {address}/{length} dev {device}{(address.IsIPv4 ? "" : " nodad")}";

    private static string Everything(IpAddr like) => like.IsIPv4 ? "0.0.0.0/0" : "::/0";

    private static bool HasFamily(NodeHostOptions node, IpFamily family) => node.Addresses.Any(own => own.Family == family);

    private static void AddDefaultRoutes(List<string> commands, IEnumerable<IpAddr> addresses, TopologyOptions topology)
    {
        foreach (IpAddr gateway in topology.Gateways)
            if (addresses.Any(address => address.Family == gateway.Family)) commands.Add($"route add {Everything(gateway)} via {gateway} onlink dev eth0");
    }
}
