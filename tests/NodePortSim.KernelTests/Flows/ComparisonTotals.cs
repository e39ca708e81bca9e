using System.Globalization;

namespace NodePortSim.KernelTests.Flows;

/// <summary>How much was compared.</summary>
internal sealed class ComparisonTotals
{
    public int Cases { get; set; }

    public int Flows { get; set; }

    public int Connections { get; set; }

    /// <summary>Connections that were compared in all that they left behind.</summary>
    public int Observed { get; set; }

    /// <summary>Packets that rules counted, summed over the rules.</summary>
    public long Packets { get; set; }

    /// <summary>Conntrack entries.</summary>
    public long Entries { get; set; }

    public void Add(ComparisonTotals other)
    {
        Cases += other.Cases;
        Flows += other.Flows;
        Connections += other.Connections;
        Observed += other.Observed;
        Packets += other.Packets;
        Entries += other.Entries;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Cases} cases, {Flows} flows, {Connections} connections, of {Observed} also {Packets} packet counts of rules and {Entries} conntrack entries");
}
