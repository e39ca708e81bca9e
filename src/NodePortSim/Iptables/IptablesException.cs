namespace NodePortSim.Iptables;

/// <summary>A command that iptables would refuse; the message is iptables' own, without the program's name (spec netfilter-datapath 6.6).</summary>
public sealed class IptablesException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public IptablesException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">iptables' message.</param>
    public IptablesException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">iptables' message.</param>
    /// <param name="innerException">The cause.</param>
    public IptablesException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal static IptablesException NoSuchChain(IptablesTable table, string chain) =>
        new($"chain `{chain}' in table `{table.Name()}' is incompatible, use 'nft' tool.");
}
