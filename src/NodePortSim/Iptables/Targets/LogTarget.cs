namespace NodePortSim.Iptables.Targets;

/// <summary>What a <see cref="LogTarget"/> says beside addresses and ports; the values are the kernel's.</summary>
[Flags]
public enum LogOptions : byte
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary><c>--log-tcp-sequence</c>.</summary>
    TcpSequence = 1,

    /// <summary><c>--log-tcp-options</c>.</summary>
    TcpOptions = 2,

    /// <summary><c>--log-ip-options</c>.</summary>
    IpOptions = 4,

    /// <summary><c>--log-uid</c>.</summary>
    Uid = 8,

    /// <summary><c>--log-macdecode</c>.</summary>
    MacDecode = 32,
}

/// <summary><c>-j LOG</c>: writes a line to the kernel's log; goes on with the next rule.</summary>
/// <param name="Prefix"><c>--log-prefix</c>, up to 29 characters.</param>
/// <param name="Level"><c>--log-level</c>, 0 (emerg) to 7 (debug).</param>
/// <param name="Options">What else the line says.</param>
public sealed record LogTarget(string Prefix = "", byte Level = 4, LogOptions Options = LogOptions.None) : Target;
