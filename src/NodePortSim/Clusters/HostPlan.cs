using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Collections;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Net;
using NodePortSim.Network;
using NodePortSim.Routing;

namespace NodePortSim.Clusters;

/// <summary>What hosts and servers a cluster's objects ask for: the translation from Kubernetes to the network.</summary>
internal sealed class HostPlan
{
    private readonly Dictionary<IpAddr, string> _nodeByAddress = [];
    private readonly Dictionary<IpAddr, string> _podByAddress = [];

    private HostPlan(TopologyOptions topology) => Topology = topology;

    public TopologyOptions Topology { get; }

    public Dictionary<string, NodeHostOptions> Nodes { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, NodeInfo> NodeInfos { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, PodHostOptions> Pods { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ClientHostOptions> Clients { get; } = new(StringComparer.Ordinal);

    /// <summary>What listens where: host, protocol, port, and who serves.</summary>
    public List<ServerPlan> Servers { get; } = [];

    public static HostPlan Of(ClusterState state, KubeProxyOptions options, ulong seed)
    {
        var plan = new HostPlan(NetworkPlan.Of(state, options, seed));
        foreach (Node node in state.Nodes.Values) plan.Add(node);
        foreach (ExternalClient client in state.ExternalClients.Values) plan.Add(client);
        var undeclared = new HashSet<string>(StringComparer.Ordinal);
        foreach (Pod pod in state.Pods.Values) plan.Add(pod, undeclared);
        foreach (EndpointSlice slice in state.EndpointSlices.Values) plan.AddServersOf(slice, undeclared);
        return plan;
    }

    private void Add(Node node)
    {
        NodeInfo info = NodeInfo.From(node);
        NodeInfos.Add(node.Name, info);
        foreach (IpAddr address in info.NodeAddresses) _nodeByAddress[address] = node.Name;
        Nodes.Add(node.Name, new NodeHostOptions
        {
            Name = node.Name,
            Addresses = info.NodeAddresses,
            PodNetworks = info.PodCidrs,
            ExtraAddresses = NodeExtraAddress.Of(node)
                .Select(static extra => new ExtraAddress(extra.Interface, extra.Address, extra.PrefixLength))
                .ToEquatableArray(),
        });
    }

    private void Add(ExternalClient client)
    {
        var addresses = new List<InterfaceAddress>();
        foreach (string text in client.Addresses)
        {
            string[] parts = text.Split('/');
            if (!IpAddr.TryParse(parts[0], out IpAddr address)) continue;
            int length = parts.Length == 2 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : address.IsIPv4 ? 24 : 64;
            addresses.Add(new InterfaceAddress(address, length, AddressScope.Global));
        }

        Clients.Add(client.Name, new ClientHostOptions
        {
            Name = client.Name,
            Addresses = addresses.ToEquatableArray(),
            Routes = client.Routes.Select(static route => new StaticRoute(IpCidr.Parse(route.To), IpAddr.Parse(route.Via))).ToEquatableArray(),
        });
    }

    private void Add(Pod pod, HashSet<string> undeclared)
    {
        if (pod.Spec.NodeName is not { } node || !Nodes.ContainsKey(node) || pod.Status.Phase is "Succeeded" or "Failed") return;
        string name = new ObjectKey(pod.Namespace, pod.Name).ToString();
        string host = pod.Spec.HostNetwork ? node : name;
        if (!pod.Spec.HostNetwork)
        {
            EquatableArray<IpAddr> addresses = AddressesOf(pod);
            if (addresses.IsEmpty) return;
            foreach (IpAddr address in addresses) _podByAddress[address] = name;
            Pods.Add(name, new PodHostOptions { Name = name, Node = node, Addresses = addresses });
        }

        bool declares = false;
        foreach (Container container in pod.Spec.Containers)
        {
            foreach (ContainerPort port in container.Ports)
            {
                Servers.Add(new ServerPlan(host, port.Protocol ?? Protocol.Tcp, (ushort)port.Port, name));
                declares = true;
            }
        }

        if (!declares) undeclared.Add(name);
    }

    /// <summary>
    /// Endpoint addresses that no pod has are served by an implied pod on the endpoint's node, or by the node whose address it is; and a pod
    /// that declares no port at all serves those that slices give it: declaring them is optional in Kubernetes.
    /// </summary>
    private void AddServersOf(EndpointSlice slice, HashSet<string> undeclared)
    {
        foreach (Endpoint endpoint in slice.Endpoints)
        {
            if (endpoint.Addresses.IsEmpty || !IpAddr.TryParse(endpoint.Addresses[0], out IpAddr address)) continue;
            string name = endpoint.TargetRef is { Kind: "Pod" } target ? $"{slice.Namespace}/{target.Name}" : $"{slice.Namespace}/{address}";
            if (_podByAddress.TryGetValue(address, out string? pod))
            {
                if (undeclared.Contains(pod)) AddServers(slice, pod, pod);
            }
            else if (_nodeByAddress.TryGetValue(address, out string? node))
            {
                AddServers(slice, node, name, onlyIfFree: true);
            }
            else if (NodeOf(endpoint, address) is { } implied)
            {
                _podByAddress[address] = name;
                undeclared.Add(name);
                if (Pods.TryAdd(name, new PodHostOptions { Name = name, Node = implied, Addresses = [address] })) AddServers(slice, name, name);
            }
        }
    }

    private void AddServers(EndpointSlice slice, string host, string name, bool onlyIfFree = false)
    {
        foreach (EndpointPort port in slice.Ports)
        {
            if (port.Port is not > 0) continue;
            var server = new ServerPlan(host, port.Protocol ?? Protocol.Tcp, (ushort)port.Port, name);
            if (!onlyIfFree || !Servers.Exists(other => other.Host == host && other.Protocol == server.Protocol && other.Port == server.Port)) Servers.Add(server);
        }
    }

    /// <summary>The node that an endpoint without a pod runs on: the one it names, or the one whose pod network holds its address.</summary>
    private string? NodeOf(Endpoint endpoint, IpAddr address)
    {
        if (endpoint.NodeName is { } named) return Nodes.ContainsKey(named) ? named : null;
        foreach (NodeHostOptions node in Nodes.Values)
            foreach (IpCidr network in node.PodNetworks)
                if (network.Contains(address)) return node.Name;
        return null;
    }

    private static EquatableArray<IpAddr> AddressesOf(Pod pod)
    {
        var addresses = new List<IpAddr>();
        foreach (string text in pod.Status.PodIPs)
            if (IpAddr.TryParse(text, out IpAddr address)) addresses.Add(address);
        return addresses.ToEquatableArray();
    }
}

/// <summary>A server that listens on a host.</summary>
/// <param name="Host">The host.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="Port">The port.</param>
/// <param name="Name">Who serves: a pod's <c>namespace/name</c>.</param>
internal sealed record ServerPlan(string Host, Protocol Protocol, ushort Port, string Name);
