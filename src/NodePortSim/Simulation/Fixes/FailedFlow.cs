using NodePortSim.Clusters.ControlPlane;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Simulation.Fixes;

/// <summary>A connection that failed, and what it meant in Kubernetes' terms.</summary>
internal sealed class FailedFlow
{
    public FailedFlow(Trace trace, ConnectOptions options, ClusterState state, KubeProxyLevel level)
    {
        Trace = trace;
        Options = options;
        State = state;
        Services = ProxyState.Create(state.Services.Values, state.EndpointSlices.Values, level);
        Node = NodeOf(To.Address) ?? (To.Address.IsLoopback && state.Nodes.ContainsKey(From) ? From : null);
        AtAddress = [.. Services.ServicePorts(Family).Where(port => HasAddress(port, To.Address))];
        Port = Services.ServicePorts(Family).FirstOrDefault(IsAddressed);
    }

    public Trace Trace { get; }

    public ConnectOptions Options { get; }

    public ClusterState State { get; }

    public ProxyState Services { get; }

    public string From => Trace.Connection.From;

    public IpEndpoint To => Trace.Connection.To;

    public IpFamily Family => To.Address.Family;

    public OutcomeReason Reason => Trace.Connection.Reason;

    public OutcomePlace? At => Trace.Connection.At;

    /// <summary>The node whose address is connected to; null where it is none's.</summary>
    public string? Node { get; }

    /// <summary>The service port that is connected to; null where it is none's.</summary>
    public ServicePortInfo? Port { get; }

    /// <summary>The service ports of the address that is connected to, whatever their port and protocol.</summary>
    public IReadOnlyList<ServicePortInfo> AtAddress { get; }

    /// <summary>Whether the address that is connected to is the cluster IP of its service port.</summary>
    public bool IsClusterIP => Port is { } port && port.ClusterIP == To.Address;

    /// <summary>Whether a node port is connected to.</summary>
    public bool IsNodePort => Port is not null && Node is not null && Port.NodePort == To.Port;

    /// <summary>The Service of the service port.</summary>
    public Service? Service => Port is null ? null : State.Services[Port.Name.Service];

    /// <summary>The client's address; null where it did not come to have one.</summary>
    public IpAddr? Source => Trace.Connection.Source;

    /// <summary>The endpoint that DNAT chose; null where it chose none.</summary>
    public IpEndpoint? Endpoint => Trace.WayThere.SelectMany(static hop => hop.Steps).OfType<RewriteStep>()
        .Where(static step => step.By == "DNAT")
        .Select(static step => (IpEndpoint?)new IpEndpoint(step.After.Destination, step.After.DestinationPort)).LastOrDefault();

    /// <summary>The service ports of both families that have the Service's pods behind them.</summary>
    public IEnumerable<ServicePortInfo> AllPorts => Services.ServicePorts(IpFamily.IPv4).Concat(Services.ServicePorts(IpFamily.IPv6));

    /// <summary>All addresses of a node, the primary ones first.</summary>
    public static IEnumerable<IpAddr> AddressesOf(Node node) =>
        NodeInfo.From(node).NodeAddresses.Concat(NodeExtraAddress.Of(node).Select(static extra => extra.Address)).Distinct();

    private string? NodeOf(IpAddr address) => State.Nodes.Values.FirstOrDefault(node => AddressesOf(node).Contains(address))?.Name;

    private bool IsAddressed(ServicePortInfo port) => port.Protocol == Options.Protocol
        && (port.Port == To.Port && HasAddress(port, To.Address) || Node is not null && port.NodePort != 0 && port.NodePort == To.Port);

    private static bool HasAddress(ServicePortInfo port, IpAddr address) =>
        port.ClusterIP == address || port.ExternalIPs.Contains(address) || port.LoadBalancerIPs.Contains(address);
}
