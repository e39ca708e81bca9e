using System.Globalization;
using NodePortSim.Net;

namespace NodePortSim.Kubernetes;

/// <summary>One entry of <see cref="Node.ExtraAddressesAnnotation"/>: <c>INTERFACE=ADDRESS/PREFIX</c>.</summary>
/// <param name="Interface">The interface's name; "" where the entry has none.</param>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">The length of its subnet's prefix in bits; all of them where the entry has none.</param>
internal readonly record struct NodeExtraAddress(string Interface, IpAddr Address, int PrefixLength)
{
    /// <summary>The entries of a node, in order; those whose address does not parse are left out.</summary>
    public static IEnumerable<NodeExtraAddress> Of(Node node)
    {
        string written = node.Metadata.Annotations[Node.ExtraAddressesAnnotation] ?? "";
        foreach (string entry in written.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            string[] parts = entry[(equals + 1)..].Split('/');
            if (!IpAddr.TryParse(parts[0], out IpAddr address)) continue;
            int length = parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int bits) ? bits : address.BitLength;
            yield return new NodeExtraAddress(equals < 0 ? "" : entry[..equals], address, length);
        }
    }
}
