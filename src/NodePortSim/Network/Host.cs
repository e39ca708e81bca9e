using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Network.Sockets;
using NodePortSim.Routing;

namespace NodePortSim.Network;

/// <summary>What a host is in the simulation.</summary>
internal enum HostRole : byte
{
    /// <summary>A node of the cluster.</summary>
    Node,

    /// <summary>A pod with a network namespace of its own.</summary>
    Pod,

    /// <summary>A client outside the cluster.</summary>
    ExternalClient,

    /// <summary>The router of the nodes' network.</summary>
    Gateway,
}

/// <summary>A network namespace: interfaces, routes, netfilter and sockets.</summary>
internal sealed partial class Host
{
    private readonly Dictionary<int, Segment> _segments = [];

    public Host(string name, HostRole role, Fabric fabric, Sysctls sysctls, ulong seed)
    {
        Name = name;
        Role = role;
        Fabric = fabric;
        Sysctls = sysctls;
        Random = RandomSource.For(seed, name);
        Routing = new RoutingTable();
        Netfilter = new NetfilterMachine(Routing, sysctls, fabric.Time, RandomSource.For(seed, name + "/netfilter"));
        Sockets = new SocketTable(this);
        Icmp = new IcmpErrors(this, seed);
    }

    public string Name { get; }

    public HostRole Role { get; }

    public bool IsNode => Role == HostRole.Node;

    public Fabric Fabric { get; }

    public Sysctls Sysctls { get; }

    /// <summary>Sequence numbers and ephemeral ports.</summary>
    public RandomSource Random { get; }

    public RoutingTable Routing { get; }

    public NetfilterMachine Netfilter { get; }

    public SocketTable Sockets { get; }

    public IcmpErrors Icmp { get; }

    /// <summary>The bridge that pods of this host are ports of, where the CNI shape has one.</summary>
    public Bridge? Bridge { get; set; }

    public void Connect(NetworkInterface port, Segment segment) => _segments[port.Index] = segment;

    public Segment? SegmentOf(int interfaceIndex) => _segments.GetValueOrDefault(interfaceIndex);
}
