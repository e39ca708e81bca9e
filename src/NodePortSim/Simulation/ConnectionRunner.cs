using NodePortSim.Clusters;
using NodePortSim.Net;
using NodePortSim.Network;
using NodePortSim.Network.Sockets;
using NodePortSim.Simulation.Explanations;
using NodePortSim.Simulation.Exploration;
using NodePortSim.Simulation.Fixes;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Simulation;

/// <summary>Runs one exchange at a time through the network, and says what came of it.</summary>
internal sealed class ConnectionRunner(Cluster cluster)
{
    private readonly OutcomeExplainer _explainer = new(cluster);
    private uint _lastFlow;
    private Explorer? _explorer;
    private int _exploredRules;

    private Topology Topology => cluster.Network.Topology;

    public Connection Connect(string from, IpEndpoint to, ConnectOptions options)
    {
        var silent = default(SilentNetworkTrace);
        return Run(FindHost(from), to, options, ++_lastFlow, ref silent);
    }

    public Trace Trace(string from, IpEndpoint to, ConnectOptions options)
    {
        Host host = FindHost(from);
        uint flow = ++_lastFlow;
        var recorder = new TraceRecorder(flow, host, _explainer, Topology.Fabric.Time);
        var trace = new RecordingTrace(recorder);
        Connection connection = Run(host, to, options, flow, ref trace);
        return new Trace { Connection = connection, Hops = recorder.Hops };
    }

    /// <summary>Opens a TCP connection that stays open.</summary>
    public OpenConnection Open(string from, IpEndpoint to, ConnectOptions options)
    {
        Host host = FindHost(from);
        Fabric fabric = Topology.Fabric;
        var silent = default(SilentNetworkTrace);
        IClientSocket? opened = Start(host, Protocol.Tcp, to, options.SourcePort, ++_lastFlow, isHeld: true, ref silent, out FlowTuple tuple);
        if (opened is null) return new OpenConnection(this, Describe(host, to, Protocol.Tcp, tuple, SocketResult.NetUnreachable), null, null);
        var socket = (TcpSocket)opened;
        fabric.RunUntil(() => socket.IsClosed || socket.IsIdle, options.Timeout, ref silent);
        if (!socket.IsIdle) socket.Close();
        fabric.Settle(ref silent);
        var server = fabric.Watch.BackendHost?.Sockets.Find(fabric.Watch.BackendTuple) as TcpSocket;
        return new OpenConnection(this, Describe(host, to, Protocol.Tcp, tuple, socket.Result), socket, server);
    }

    /// <summary>Lets a socket do something, and runs until that is over.</summary>
    public Outcome Run(TcpSocket socket, Action<TcpSocket> action, Func<bool> isDone, TimeSpan limit)
    {
        var silent = default(SilentNetworkTrace);
        Topology.Fabric.Watch.Begin(socket.Flow);
        action(socket);
        socket.Host.SendPending(ref silent);
        Topology.Fabric.RunUntil(isDone, limit, ref silent);
        Topology.Fabric.Settle(ref silent);
        return OutcomeOf(socket.Result);
    }

    /// <summary>Lets an open socket ask once more, and says what came of that.</summary>
    public Trace ExplainRequest(TcpSocket socket, Connection opening, TimeSpan limit)
    {
        var recorder = new TraceRecorder(socket.Flow, socket.Host, _explainer, Topology.Fabric.Time);
        var trace = new RecordingTrace(recorder);
        Topology.Fabric.Watch.Begin(socket.Flow);
        socket.Ask();
        socket.Host.SendPending(ref trace);
        Topology.Fabric.RunUntil(() => socket.IsClosed || socket.IsIdle, limit, ref trace);
        Topology.Fabric.Settle(ref trace);
        if (socket.IsIdle) return new Trace { Connection = opening, Hops = recorder.Hops };
        Connection failed = opening with
        {
            Outcome = socket.IsClosed ? OutcomeOf(socket.Result) : Outcome.Timeout,
            Backend = null,
            Pod = null,
            Node = null,
            PeerSeenByBackend = null,
        };
        failed = Failure.Explain(failed, Topology.Fabric.Watch, _explainer);
        return new FixFinder(cluster).Explain(new Trace { Connection = failed, Hops = recorder.Hops }, ConnectOptions.Default);
    }

    /// <summary>Sends one packet, and tells where it and all that answered it arrived or ended.</summary>
    public PacketReport SendRaw(string from, in Packet packet)
    {
        Host host = FindHost(from);
        uint flow = ++_lastFlow;
        var recorder = new ArrivalRecorder(_explainer);
        var trace = new ArrivalTrace(recorder);
        Topology.Fabric.Watch.Begin(flow);
        host.Send(packet, flow, ref trace);
        Topology.Fabric.Settle(ref trace);
        return recorder.Report;
    }

    /// <summary>Explores a copy of the cluster, which is kept until the cluster changes.</summary>
    public ExplorationResult Explore(string from, IpEndpoint to, ConnectOptions options)
    {
        FindHost(from);
        int rules = cluster.Network.ForeignChanges;
        if (_explorer is null || !ReferenceEquals(_explorer.State, cluster.State) || _exploredRules != rules) _explorer = new Explorer(cluster.Copy(), cluster.State);
        _exploredRules = rules;
        return _explorer.Explore(from, to, options);
    }

    public void Advance(TimeSpan duration)
    {
        var silent = default(SilentNetworkTrace);
        Topology.Fabric.Advance(duration, ref silent);
    }

    private Host FindHost(string name) => Topology.Find(name) ?? throw new InvalidOperationException($"host \"{name}\" no longer exists");

    private Connection Run<TTrace>(Host host, IpEndpoint to, ConnectOptions options, uint flow, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        Fabric fabric = Topology.Fabric;
        IClientSocket? socket = Start(host, options.Protocol, to, options.SourcePort, flow, isHeld: false, ref trace, out FlowTuple tuple);
        if (socket is null) return Describe(host, to, options.Protocol, tuple, SocketResult.NetUnreachable);
        fabric.RunUntil(() => socket.IsClosed, options.Timeout, ref trace);
        socket.Close();
        fabric.Settle(ref trace);
        return Describe(host, to, options.Protocol, tuple, socket.Result);
    }

    /// <summary>Begins an exchange: opens its socket, and sends the first packet. Null where the host has no route.</summary>
    private IClientSocket? Start<TTrace>(
        Host host, Protocol protocol, IpEndpoint to, ushort sourcePort, uint flow, bool isHeld, ref TTrace trace, out FlowTuple tuple)
        where TTrace : struct, INetworkTraceSink
    {
        FlowWatch watch = Topology.Fabric.Watch;
        watch.Begin(flow);
        if (!host.Sockets.TryOpen(protocol, to, sourcePort, flow, out IClientSocket? socket, out tuple, isHeld))
        {
            // Without a route there is no source address: connect() fails before a packet is made (finding 12).
            watch.Ended(host, flow, new PacketEnd(PacketEndCause.NoRoute), new Packet { Destination = to.Address, Protocol = protocol });
            return null;
        }

        socket!.Start();
        host.SendPending(ref trace);
        return socket;
    }

    private Connection Describe(Host host, IpEndpoint to, Protocol protocol, in FlowTuple tuple, SocketResult result)
    {
        FlowWatch watch = Topology.Fabric.Watch;
        var connection = new Connection
        {
            From = host.Name,
            To = to,
            Protocol = protocol,
            Outcome = OutcomeOf(result),
            SourcePort = tuple.SourcePort,
            Source = tuple.Source == default ? null : tuple.Source,
            IngressNode = watch.IngressNode?.Name,
        };
        if (connection.Outcome != Outcome.Connected) return Failure.Explain(connection, watch, _explainer);
        return connection with
        {
            Backend = new IpEndpoint(watch.BackendTuple.Source, watch.BackendTuple.SourcePort),
            Pod = watch.Backend?.Name,
            Node = NodeOf(watch.BackendHost),
            PeerSeenByBackend = new IpEndpoint(watch.BackendTuple.Destination, watch.BackendTuple.DestinationPort),
        };
    }

    private string? NodeOf(Host? backend) => backend switch
    {
        null => null,
        { IsNode: true } => backend.Name,
        _ => cluster.Network.NodeOfPod(backend.Name),
    };

    private static Outcome OutcomeOf(SocketResult result) => result switch
    {
        SocketResult.Answered => Outcome.Connected,
        SocketResult.Refused or SocketResult.Reset => Outcome.Refused,
        SocketResult.NetUnreachable or SocketResult.HostUnreachable => Outcome.Unreachable,
        SocketResult.Denied => Outcome.Denied,
        _ => Outcome.Timeout,
    };
}
