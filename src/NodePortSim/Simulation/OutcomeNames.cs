namespace NodePortSim.Simulation;

/// <summary>The spellings of an <see cref="Outcome"/>.</summary>
public static class OutcomeNames
{
    /// <summary>The lower-case name of JSON and scenario files: <c>connected</c>, <c>refused</c>, <c>timeout</c>, <c>unreachable</c>, <c>denied</c>.</summary>
    /// <param name="outcome">The outcome.</param>
    public static string LowerName(this Outcome outcome) => outcome switch
    {
        Outcome.Connected => "connected",
        Outcome.Refused => "refused",
        Outcome.Timeout => "timeout",
        Outcome.Unreachable => "unreachable",
        Outcome.Denied => "denied",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };
}
