namespace NodePortSim.Iptables.Text;

/// <summary>How <see cref="ListWriter"/> prints: the options of <c>iptables -n -L</c>.</summary>
public sealed record ListOptions
{
    /// <summary><c>-v</c>: whether counters and interfaces are printed.</summary>
    /// <value>The default is true.</value>
    public bool Verbose { get; init; } = true;

    /// <summary><c>-x</c>: whether counters are printed exactly, not shortened with K, M, G, T.</summary>
    /// <value>The default is false.</value>
    public bool Exact { get; init; }

    /// <summary><c>--line-numbers</c>: whether each rule's number, from 1, is printed first.</summary>
    /// <value>The default is false.</value>
    public bool LineNumbers { get; init; }
}
