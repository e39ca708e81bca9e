using NodePortSim.Collections;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>Which addresses of a node answer on node ports: <c>nodePortAddresses</c> (spec kube-proxy-iptables 1.1 and 3.4). Immutable; thread-safe.</summary>
/// <param name="Networks">The networks that an address must be in; a family without any means all addresses of that family.</param>
/// <param name="PrimaryOnly">Whether only the node's primary address of each family answers.</param>
public sealed record NodePortAddresses(EquatableArray<IpCidr> Networks, bool PrimaryOnly)
{
    private static readonly IpAddr LoopbackStart = IpAddr.FromIPv4(0x7F000000);

    /// <summary>All addresses: kube-proxy's default.</summary>
    public static NodePortAddresses All { get; } = new([], false);

    /// <summary>Whether 127.0.0.0/8 has an address that answers.</summary>
    public bool ContainIPv4Loopback
    {
        get
        {
            if (MatchAll(IpFamily.IPv4)) return true;
            foreach (IpCidr network in Networks)
                if (network.Address.IsIPv4 && (network.Address.IsLoopback || network.Contains(LoopbackStart))) return true;
            return false;
        }
    }

    /// <summary>Whether every address of a family answers.</summary>
    /// <param name="family">The family.</param>
    public bool MatchAll(IpFamily family)
    {
        if (PrimaryOnly) return false;
        bool any = false;
        foreach (IpCidr network in Networks)
        {
            if (network.Family != family) continue;
            if (network.PrefixLength == 0) return true;
            any = true;
        }

        return !any;
    }

    /// <summary>The addresses of a node that answer, by bytes.</summary>
    /// <param name="family">The family.</param>
    /// <param name="node">The node.</param>
    public EquatableArray<IpAddr> Of(IpFamily family, NodeInfo node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (PrimaryOnly) return node.PrimaryAddress(family) is { } primary ? [primary] : [];
        var found = new SortedSet<IpAddr>();
        foreach (IpAddr address in node.InterfaceAddresses)
        {
            if (address.Family != family) continue;
            if (MatchAll(family) || Networks.Any(network => network.Contains(address))) found.Add(address);
        }

        return found.ToEquatableArray();
    }

    internal static NodePortAddresses Parse(EquatableArray<string> written, KubeProxyLevel level, List<string> problems)
    {
        if (written.Count == 1 && written[0] == "primary")
        {
            if (!level.HasPrimaryNodePortAddresses) problems.Add($"nodePortAddresses: \"primary\" is not known to kube-proxy {level}");
            return new NodePortAddresses([], true);
        }

        var networks = new List<IpCidr>();
        foreach (string text in written)
        {
            if (IpCidr.TryParse(text, out IpCidr network)) networks.Add(network);
            else problems.Add($"nodePortAddresses: \"{text}\" must be a valid CIDR block");
        }

        return new NodePortAddresses(networks.ToEquatableArray(), false);
    }
}
