namespace NodePortSim.Netfilter.Paths;

/// <summary>What became of a packet that a node was to forward.</summary>
internal enum ForwardResult : byte
{
    /// <summary>It left POSTROUTING, for the interface and the next hop that its buffer says.</summary>
    Forwarded,

    /// <summary>A hook ended it.</summary>
    Ended,

    /// <summary>It passed PREROUTING, and was none to forward: for the node itself, without a route, without hops left, or the node does not forward.</summary>
    NotForwarded,
}

/// <summary>The whole node's verdict of a packet.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="Hook">The hook that ended it.</param>
/// <param name="Verdict">That hook's verdict.</param>
internal readonly record struct ForwardVerdict(ForwardResult Result, Hook Hook = Hook.Prerouting, HookVerdict Verdict = default);
