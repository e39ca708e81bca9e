using NodePortSim.Collections;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Reports;

/// <summary>Connections of one host to one target, opened one after another, each to its end: the <c>curl</c> loop. Immutable; thread-safe.</summary>
public sealed record ConnectionSeries
{
    /// <summary>The host, as the user named it.</summary>
    public required string From { get; init; }

    /// <summary>The target, as the user wrote it: <c>ADDRESS:PORT</c>, <c>NODE:PORT</c>, <c>service/NAMESPACE/NAME:PORT</c>.</summary>
    public required string To { get; init; }

    /// <summary>By which protocol.</summary>
    public Protocol Protocol { get; init; } = Protocol.Tcp;

    /// <summary>The simulation's seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>What came of each connection, in order.</summary>
    public EquatableArray<Connection> Connections { get; init; }

    /// <summary>How the connections spread over backends.</summary>
    public Distribution Distribution => Distribution.Of(Connections);

    /// <summary>Opens the connections.</summary>
    /// <param name="simulator">The simulation.</param>
    /// <param name="from">The host's name, as <see cref="Simulator.Host"/> takes it.</param>
    /// <param name="to">The target, as <see cref="SimulatedHost.Connect"/> takes it.</param>
    /// <param name="count">How many; 0 or more.</param>
    /// <param name="options">Protocol, source port, timeout; null means TCP and the defaults.</param>
    /// <param name="progress">Is told 1 after each connection; null where nobody waits.</param>
    /// <exception cref="ArgumentException">There is no such host or target.</exception>
    public static ConnectionSeries Open(Simulator simulator, string from, string to, int count, ConnectOptions? options = null, IProgress<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        options ??= ConnectOptions.Default;
        return new ConnectionSeries
        {
            From = from,
            To = to,
            Protocol = options.Protocol,
            Seed = simulator.Options.Seed,
            Connections = simulator.Host(from).ConnectMany(to, count, options, progress).ToEquatableArray(),
        };
    }
}
