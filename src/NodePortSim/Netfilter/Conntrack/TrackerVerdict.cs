namespace NodePortSim.Netfilter.Conntrack;

/// <summary>What a protocol's tracker says of a packet.</summary>
internal enum TrackerVerdict : byte
{
    /// <summary>It belongs to the entry.</summary>
    Accept,

    /// <summary>It goes on without an entry.</summary>
    Invalid,

    /// <summary>Its entry has been removed; it is to be looked at anew, as the first of its flow.</summary>
    Repeat,
}
