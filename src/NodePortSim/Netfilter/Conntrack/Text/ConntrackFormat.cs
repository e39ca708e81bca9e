namespace NodePortSim.Netfilter.Conntrack.Text;

/// <summary>The output options of conntrack's <c>-o</c> (spec netfilter-datapath 6.1, 6.2).</summary>
[Flags]
public enum ConntrackFormat
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><c>extended</c>: the family leads.</summary>
    Extended = 1,

    /// <summary><c>id</c>: the identifier ends the line.</summary>
    Id = 2,

    /// <summary><c>timestamp</c>: the time leads the line of an event.</summary>
    Timestamp = 4,
}
