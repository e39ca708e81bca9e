using NodePortSim.Net;
using NodePortSim.Network.Shapes;
using NodePortSim.Routing;

namespace NodePortSim.Network;

/// <summary>All hosts and links: one broadcast domain with nodes, clients and a gateway, and a container network behind each node.</summary>
internal sealed class Topology
{
    /// <summary>The interface of nodes, clients and gateway on the link that they share.</summary>
    private const string LanInterface = "eth0";

    private readonly Dictionary<string, Host> _hosts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeHostOptions> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Segment> _extraSegments = new(StringComparer.Ordinal);
    private readonly Segment _lan = new("lan", isPointToPoint: false);
    private readonly CniShape _shape;
    private readonly Host? _gateway;

    public Topology(TopologyOptions options, VirtualTimeProvider time)
    {
        Options = options;
        Fabric = new Fabric(time);
        _shape = CniShape.Create(options);
        if (options.Gateways.IsEmpty) return;

        // The router is a Linux host with the kernel's own limits on ICMP errors.
        var sysctls = new Sysctls { Forwarding = true };
        _gateway = new Host("gateway", HostRole.Gateway, Fabric, sysctls, options.Seed);
        NetworkInterface port = _gateway.Routing.AddInterface(LanInterface);
        foreach (IpAddr address in options.Gateways) _gateway.Routing.AddAddress(port, OnLan(address));
        _lan.Attach(_gateway, port);
    }

    public TopologyOptions Options { get; }

    public Fabric Fabric { get; }

    public IEnumerable<Host> Hosts => _hosts.Values;

    public Host? Find(string name) => _hosts.GetValueOrDefault(name);

    public Host AddNode(NodeHostOptions options)
    {
        var host = new Host(options.Name, HostRole.Node, Fabric, Options.NodeSysctls, Options.Seed);
        AttachToLan(host, [.. options.Addresses.Select(OnLan)]);
        foreach (ExtraAddress extra in options.ExtraAddresses) AttachExtra(host, extra);
        _shape.WireNode(host, options);
        foreach (NodeHostOptions other in _nodes.Values)
        {
            Host otherHost = _hosts[other.Name];
            Introduce(host, options, other);
            Introduce(otherHost, other, options);
            _shape.ConnectNodes(host, options, otherHost, other);
        }

        _hosts.Add(options.Name, host);
        _nodes.Add(options.Name, options);
        return host;
    }

    public void RemoveNode(string name)
    {
        Host host = _hosts[name];
        NodeHostOptions options = _nodes[name];
        _hosts.Remove(name);
        _nodes.Remove(name);
        _lan.Detach(host);
        foreach (Segment segment in _extraSegments.Values) segment.Detach(host);
        foreach (NodeHostOptions other in _nodes.Values)
            foreach (IpCidr network in options.PodNetworks) _hosts[other.Name].Routing.RemoveRoute(network);
    }

    public Host AddPod(PodHostOptions options)
    {
        Host node = _hosts[options.Node];
        var pod = new Host(options.Name, HostRole.Pod, Fabric, new Sysctls(), Options.Seed);
        _shape.WirePod(node, _nodes[options.Node], pod, options);
        _hosts.Add(options.Name, pod);
        return pod;
    }

    public void RemovePod(PodHostOptions options)
    {
        if (_hosts.Remove(options.Name, out Host? pod) && _hosts.TryGetValue(options.Node, out Host? node))
            _shape.UnwirePod(node, pod, options);
    }

    public Host AddClient(ClientHostOptions options)
    {
        var client = new Host(options.Name, HostRole.ExternalClient, Fabric, new Sysctls(), Options.Seed);
        AttachToLan(client, [.. options.Addresses]);
        foreach (StaticRoute route in options.Routes) client.Routing.AddRoute(new Route(route.To, route.Via, 2));
        if (_gateway is not null)
        {
            // A client of another network is reached through the router, which stands in both.
            foreach (InterfaceAddress address in options.Addresses)
                if (_gateway.Routing.Lookup(address.Address).Type == RouteType.Unreachable)
                    _gateway.Routing.AddRoute(new Route(IpCidr.Host(address.Address), null, 2));
        }

        _hosts.Add(options.Name, client);
        return client;
    }

    public void RemoveClient(string name)
    {
        if (_hosts.Remove(name, out Host? client)) _lan.Detach(client);
    }

    private static InterfaceAddress OnLan(IpAddr address) => new(address, address.IsIPv4 ? 24 : 64, AddressScope.Global);

    private void AttachToLan(Host host, InterfaceAddress[] addresses)
    {
        NetworkInterface port = host.Routing.AddInterface(LanInterface);
        foreach (InterfaceAddress address in addresses) host.Routing.AddAddress(port, address);
        foreach (IpAddr gateway in Options.Gateways)
            if (Array.Exists(addresses, address => address.Address.Family == gateway.Family))
                host.Routing.AddRoute(new Route(new IpCidr(gateway.IsIPv4 ? IpAddr.AnyIPv4 : IpAddr.AnyIPv6, 0), gateway, port.Index));
        _lan.Attach(host, port);
    }

    private void AttachExtra(Host host, ExtraAddress extra)
    {
        NetworkInterface port = host.Routing.Interfaces.FirstOrDefault(i => i.Name == extra.Interface) ?? host.Routing.AddInterface(extra.Interface);
        host.Routing.AddAddress(port, new InterfaceAddress(extra.Address, extra.PrefixLength, AddressScope.Global));
        Segment? segment = _lan;
        if (extra.Interface != LanInterface && !_extraSegments.TryGetValue(extra.Interface, out segment))
            _extraSegments.Add(extra.Interface, segment = new Segment(extra.Interface, isPointToPoint: false));
        segment!.Attach(host, port);
    }

    /// <summary>A node reaches another that is outside its subnet on the link all the same: nodes of one cluster share it.</summary>
    private static void Introduce(Host host, NodeHostOptions self, NodeHostOptions other)
    {
        foreach (IpAddr address in other.Addresses)
            if (self.Addresses.Any(own => own.Family == address.Family) && !self.Addresses.Any(own => OnLan(own).Subnet.Contains(address)))
                host.Routing.AddRoute(new Route(IpCidr.Host(address), null, 2));
    }
}
