namespace NodePortSim.Fuzz;

/// <summary>An input that a target does not bear, and how to get it again.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Iteration">The iteration, counted from 0.</param>
/// <param name="Input">The input.</param>
/// <param name="Exception">What came out.</param>
internal sealed record FuzzFinding(string Target, ulong Seed, long Iteration, string Input, Exception Exception)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Target}, seed {Seed}, iteration {Iteration}: {Exception}";
}

/// <summary>A target answered, but what must hold does not.</summary>
internal sealed class FuzzException(string message) : Exception(message)
{
    /// <summary>Throws unless a condition holds.</summary>
    public static void ThrowUnless(bool holds, string message)
    {
        if (!holds) throw new FuzzException(message);
    }
}
