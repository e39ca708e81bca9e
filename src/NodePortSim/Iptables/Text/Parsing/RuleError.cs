namespace NodePortSim.Iptables.Text.Parsing;

/// <summary>Ends the reading of one rule; the reader goes on with the next line. Never leaves this namespace.</summary>
#pragma warning disable CA1032, CA1064 // It is a way out of nested readers, not an exception that anyone constructs or sees.
internal sealed class RuleError(int argument, string message) : Exception(message)
#pragma warning restore CA1032, CA1064
{
    /// <summary>The place of the argument at fault.</summary>
    public int Argument => argument;
}
