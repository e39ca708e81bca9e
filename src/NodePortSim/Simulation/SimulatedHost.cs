using NodePortSim.Clusters;
using NodePortSim.Net;
using NodePortSim.Simulation.Exploration;
using NodePortSim.Simulation.Fixes;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Simulation;

/// <summary>A host that connects: an external client, a node or a pod. A handle by name: it follows the cluster. Not thread-safe.</summary>
public class SimulatedHost
{
    private readonly ConnectionRunner _runner;

    internal SimulatedHost(string name, ConnectionRunner runner, Cluster cluster)
    {
        Name = name;
        _runner = runner;
        Cluster = cluster;
    }

    /// <summary>The host's name; a pod's is <c>namespace/name</c>.</summary>
    public string Name { get; }

    private protected Cluster Cluster { get; }

    /// <summary>Connects, asks, waits for the answer and closes.</summary>
    /// <param name="to"><c>ADDRESS:PORT</c>, <c>[IPV6]:PORT</c>, <c>NODE:PORT</c> or <c>service/NAMESPACE/NAME:PORT</c> (its cluster IP).</param>
    /// <param name="options">Protocol, source port, timeout; null means TCP and the defaults.</param>
    /// <exception cref="ArgumentException">The target does not say an address and port, or names what there is not.</exception>
    public Connection Connect(string to, ConnectOptions? options = null) =>
        _runner.Connect(Name, ConnectTarget.Resolve(Cluster.State, to), options ?? ConnectOptions.Default);

    /// <summary>Connects several times, one after another.</summary>
    /// <param name="to">As in <see cref="Connect"/>.</param>
    /// <param name="count">How often; 0 or more.</param>
    /// <param name="options">As in <see cref="Connect"/>.</param>
    /// <param name="progress">Is told 1 after each connection; null where nobody waits.</param>
    public IReadOnlyList<Connection> ConnectMany(string to, int count, ConnectOptions? options = null, IProgress<int>? progress = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var connections = new Connection[count];
        for (int i = 0; i < count; i++)
        {
            connections[i] = Connect(to, options);
            progress?.Report(1);
        }

        return connections;
    }

    /// <summary>Says what can come of a connection, each outcome with its exact probability: no statistics, no seed.</summary>
    /// <param name="to">As in <see cref="Connect"/>.</param>
    /// <param name="options">As in <see cref="Connect"/>. A timeout in which a packet is sent more than once multiplies the branches.</param>
    /// <exception cref="ArgumentException">The target does not say an address and port, or names what there is not.</exception>
    /// <exception cref="InvalidOperationException">There are more than 100,000 random branches.</exception>
    /// <remarks>
    /// Answers for the cluster's objects and administrators' rules as they stand, on nodes that were just started: connections, session affinities, exhausted allowances and the like
    /// of this simulation have no part in it, nor does it leave anything behind here, not even a counter.
    /// </remarks>
    public ExplorationResult Explore(string to, ConnectOptions? options = null) =>
        _runner.Explore(Name, ConnectTarget.Resolve(Cluster.State, to), options ?? ConnectOptions.Default);

    /// <summary>Connects, and records the first packet's way there and its answer's way back.</summary>
    /// <param name="to">As in <see cref="Connect"/>.</param>
    /// <param name="options">As in <see cref="Connect"/>.</param>
    public Trace Trace(string to, ConnectOptions? options = null) =>
        _runner.Trace(Name, ConnectTarget.Resolve(Cluster.State, to), options ?? ConnectOptions.Default);

    /// <summary>Connects as <see cref="Trace"/> does and, where that fails, finds out what would have to be different, and which fix works.</summary>
    /// <param name="to">As in <see cref="Connect"/>.</param>
    /// <param name="options">As in <see cref="Connect"/>.</param>
    /// <returns>The trace, with <see cref="Tracing.Trace.Needed"/> and <see cref="Tracing.Trace.Fixes"/>.</returns>
    /// <remarks>
    /// Each candidate is applied to a copy of the cluster and kept only if the connection then succeeds: with certainty or, where no candidate does,
    /// with a greater probability than before. Costs a copy of the cluster for each; this simulation sees nothing of it.
    /// </remarks>
    public Trace Explain(string to, ConnectOptions? options = null) => new FixFinder(Cluster).Explain(Trace(to, options), options ?? ConnectOptions.Default);

    /// <summary>Opens a TCP connection and keeps it open, so that the cluster can change meanwhile.</summary>
    /// <param name="to">As in <see cref="Connect"/>.</param>
    /// <param name="options">As in <see cref="Connect"/>; the protocol must be TCP.</param>
    /// <exception cref="ArgumentException">As in <see cref="Connect"/>, or the protocol is not TCP.</exception>
    public OpenConnection Open(string to, ConnectOptions? options = null)
    {
        options ??= ConnectOptions.Default;
        if (options.Protocol != Protocol.Tcp) throw new ArgumentException("only a TCP connection can be held open", nameof(options));
        return _runner.Open(Name, ConnectTarget.Resolve(Cluster.State, to), options);
    }

    /// <summary>Sends one packet as it is given, through this host's own OUTPUT, and lets everything that follows from it happen.</summary>
    /// <param name="packet">
    /// The packet; <see cref="Packet.Length"/> is what counters will add up, and <see cref="Packet.WindowScale"/> should be -1 where there is no such option.
    /// No socket of this host knows of it: to a SYN-ACK, for one, this host's stack answers with a RST.
    /// </param>
    /// <returns>Where it arrived or ended, and where the answers to it did.</returns>
    public PacketReport SendRaw(Packet packet) => _runner.SendRaw(Name, packet);
}
