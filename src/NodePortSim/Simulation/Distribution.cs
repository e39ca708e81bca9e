using NodePortSim.Collections;
using NodePortSim.Net;

namespace NodePortSim.Simulation;

/// <summary>How connections spread over backends. Immutable; thread-safe.</summary>
/// <param name="Shares">The backends that served at least one, by address and port.</param>
public sealed record Distribution(EquatableArray<DistributionShare> Shares)
{
    /// <summary>Counts the backends of connections; those that did not connect do not count.</summary>
    /// <param name="connections">The connections.</param>
    public static Distribution Of(IEnumerable<Connection> connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        return new Distribution(connections
            .Where(static connection => connection.Backend is not null)
            .GroupBy(static connection => (Pod: connection.Pod ?? "", Backend: connection.Backend!.Value))
            .OrderBy(static group => group.Key.Backend.Address).ThenBy(static group => group.Key.Backend.Port)
            .Select(static group => new DistributionShare(group.Key.Pod, group.Key.Backend, group.Count()))
            .ToEquatableArray());
    }
}

/// <summary>One backend's share of connections.</summary>
/// <param name="Pod">The pod, <c>namespace/name</c>; "" where it is none.</param>
/// <param name="Backend">Its address and port.</param>
/// <param name="Count">How many connections it served, 1 or more.</param>
public sealed record DistributionShare(string Pod, IpEndpoint Backend, int Count);
