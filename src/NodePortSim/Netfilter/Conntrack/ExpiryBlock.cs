namespace NodePortSim.Netfilter.Conntrack;

/// <summary>What is known of the expiry of 64 neighbouring entries without a look at them.</summary>
internal struct ExpiryBlock
{
    public const int Entries = 64;

    /// <summary>No entry of the block that is in the table expires before this timestamp. Refreshed entries leave it too early.</summary>
    public long Earliest;

    /// <summary>The entries of the block that are in the table.</summary>
    public int Living;
}
