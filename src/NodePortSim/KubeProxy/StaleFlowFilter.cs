using NodePortSim.Collections;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>Which UDP conntrack entries to delete: those that every given field fits (spec kube-proxy-iptables 7). Immutable; thread-safe.</summary>
public sealed record StaleFlowFilter
{
    /// <summary>The destination that the flow's first packet had; null fits any.</summary>
    public IpAddr? OriginalDestination { get; init; }

    /// <summary>The destination port that the flow's first packet had; null fits any.</summary>
    public ushort? OriginalDestinationPort { get; init; }

    /// <summary>Where the flow's replies come from: the endpoint; null fits any.</summary>
    public IpAddr? ReplySource { get; init; }

    /// <summary>The endpoints whose flows stay; null where it does not matter.</summary>
    public EquatableArray<IpAddr>? KeptReplySources { get; init; }

    /// <summary>Whether the entry of a flow is to be deleted.</summary>
    /// <param name="original">The flow's original direction.</param>
    /// <param name="reply">Its reply direction.</param>
    public bool Matches(in FlowTuple original, in FlowTuple reply)
    {
        if (original.Protocol != Protocol.Udp) return false;
        if (OriginalDestination is { } destination && destination != original.Destination) return false;
        if (OriginalDestinationPort is { } port && port != original.DestinationPort) return false;
        if (ReplySource is { } source && source != reply.Source) return false;
        if (KeptReplySources is not { } kept) return true;
        foreach (IpAddr address in kept)
            if (address == reply.Source) return false;
        return true;
    }

    /// <summary>The filter as the arguments of <c>conntrack -D</c>; the kept endpoints, which the tool cannot say, in brackets.</summary>
    public override string ToString()
    {
        var text = new List<string>(6);
        if (OriginalDestination is { } destination) text.Add($"--orig-dst {destination}");
        text.Add("-p udp");
        if (OriginalDestinationPort is { } port) text.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"--dport {port}"));
        if (ReplySource is { } source) text.Add($"--dst-nat {source}");
        if (KeptReplySources is { } kept) text.Add($"(not --dst-nat {string.Join(", ", kept)})");
        return string.Join(' ', text);
    }
}
