using NodePortSim.Collections;
using NodePortSim.Simulation.Exploration;
using NodePortSim.Simulation.Reports;

namespace NodePortSim.Simulation.Tracing;

/// <summary>The minimal trace of a connection that is over: verdict, place and hosts in one to three lines. Thread-safe where its simulation is not used.</summary>
public static class MinimalTrace
{
    /// <summary>The lines.</summary>
    /// <param name="simulator">The simulation in which it happened, not changed since; it is only read.</param>
    /// <param name="connection">The connection.</param>
    /// <remarks>
    /// Goes the same way again on a copy of the cluster. What only came about because nodes remembered something, such as a full table, does not come
    /// about there; its lines are those of <see cref="ConnectionText"/> then, without the hosts.
    /// </remarks>
    public static EquatableArray<string> Of(Simulator simulator, Connection connection)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        ArgumentNullException.ThrowIfNull(connection);
        return TextOf(simulator, connection).Split('\n', StringSplitOptions.RemoveEmptyEntries).ToEquatableArray();
    }

    private static string TextOf(Simulator simulator, Connection connection)
    {
        try
        {
            var explorer = new Explorer(simulator.Cluster.Copy(), simulator.Cluster.State);
            var options = new ConnectOptions { Protocol = connection.Protocol };
            return TraceText.Write(explorer.TraceOf(connection.From, connection.To, options, Explorer.OutcomeOf(connection)), TraceDetail.Minimal);
        }
        catch (InvalidOperationException)
        {
            return ConnectionText.Write(connection);
        }
    }
}
