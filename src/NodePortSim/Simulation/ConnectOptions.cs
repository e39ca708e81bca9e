using NodePortSim.Net;

namespace NodePortSim.Simulation;

/// <summary>How a connection is made. Immutable; thread-safe.</summary>
public sealed record ConnectOptions
{
    /// <summary>TCP with all defaults.</summary>
    public static ConnectOptions Default { get; } = new();

    /// <summary>TCP, UDP or SCTP.</summary>
    /// <value>The default is TCP.</value>
    public Protocol Protocol { get; init; } = Protocol.Tcp;

    /// <summary>The source port to bind, 1 to 65535, or 0 for an ephemeral one.</summary>
    /// <value>The default is 0.</value>
    public ushort SourcePort { get; init; }

    /// <summary>How long the client waits for the answer, in virtual time. A SYN that is not answered is sent again after 1, 3, 7 … seconds.</summary>
    /// <value>The default is 1 second: one SYN.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);
}
