using System.Globalization;
using NodePortSim.Clusters.ControlPlane;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Simulation;

/// <summary>Reads what a client connects to.</summary>
internal static class ConnectTarget
{
    private const string ServicePrefix = "service/";

    /// <exception cref="ArgumentException">The text is not a target, or names what there is not.</exception>
    public static IpEndpoint Resolve(ClusterState state, string to)
    {
        if (IpEndpoint.TryParse(to, out IpEndpoint endpoint)) return endpoint;
        int colon = to.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(to.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
            throw new ArgumentException($"\"{to}\" is not ADDRESS:PORT, [IPV6]:PORT, NODE:PORT or service/NAMESPACE/NAME:PORT", nameof(to));
        string name = to[..colon];
        if (name.StartsWith(ServicePrefix, StringComparison.Ordinal)) return new IpEndpoint(ClusterIpOf(state, name[ServicePrefix.Length..]), port);
        if (!state.Nodes.TryGetValue(name, out Node? node)) throw new ArgumentException($"nodes \"{name}\" not found", nameof(to));
        NodeInfo info = NodeInfo.From(node);
        return info.NodeAddresses.IsEmpty
            ? throw new ArgumentException($"node \"{name}\" has no InternalIP", nameof(to))
            : new IpEndpoint(info.NodeAddresses[0], port);
    }

    private static IpAddr ClusterIpOf(ClusterState state, string name)
    {
        if (!state.Services.TryGetValue(ObjectKey.Parse(name), out Service? service)) throw new ArgumentException($"services \"{name}\" not found", nameof(name));
        return IpAddr.TryParse(service.Spec.ClusterIP, out IpAddr address)
            ? address
            : throw new ArgumentException($"service \"{name}\" has no cluster IP", nameof(name));
    }
}
