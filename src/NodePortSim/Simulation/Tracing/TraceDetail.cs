namespace NodePortSim.Simulation.Tracing;

/// <summary>How much of a trace <see cref="TraceText"/> prints.</summary>
public enum TraceDetail
{
    /// <summary>The verdict, and the hosts that were passed.</summary>
    Minimal,

    /// <summary>Also what decided: rules that matched, rewrites, draws, routes.</summary>
    Default,

    /// <summary>Every step: also the rules that did not match, and what of them did not hold.</summary>
    Detailed,
}
