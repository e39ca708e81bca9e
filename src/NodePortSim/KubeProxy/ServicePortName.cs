using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>What identifies one port of a Service for kube-proxy (spec kube-proxy-iptables 2). Immutable; thread-safe.</summary>
/// <param name="Service">The Service's namespace and name.</param>
/// <param name="Port">The port's name, "" for an unnamed one.</param>
/// <param name="Protocol">The port's protocol.</param>
public sealed record ServicePortName(ObjectKey Service, string Port, Protocol Protocol) : IComparable<ServicePortName>
{
    private readonly string _text = Port.Length == 0 ? $"{Service.Namespace}/{Service.Name}" : $"{Service.Namespace}/{Service.Name}:{Port}";

    /// <summary>Compares by the text, ordinally, then by the protocol's name: the order in which this library writes services.</summary>
    /// <param name="other">The name to compare with.</param>
    public int CompareTo(ServicePortName? other)
    {
        if (other is null) return 1;
        int order = string.CompareOrdinal(_text, other._text);
        return order != 0 ? order : string.CompareOrdinal(Protocol.LowerName(), other.Protocol.LowerName());
    }

    /// <summary>Whether two names are of the same port.</summary>
    /// <param name="other">The other name.</param>
    public bool Equals(ServicePortName? other) =>
        other is not null && Protocol == other.Protocol && string.Equals(_text, other._text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_text, Protocol);

    /// <summary>Whether <paramref name="left"/> sorts before <paramref name="right"/>.</summary>
    /// <param name="left">One name.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(ServicePortName left, ServicePortName right) => left is null ? right is not null : left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> sorts after <paramref name="right"/>.</summary>
    /// <param name="left">One name.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(ServicePortName left, ServicePortName right) => left is not null && left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> does not sort after <paramref name="right"/>.</summary>
    /// <param name="left">One name.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(ServicePortName left, ServicePortName right) => !(left > right);

    /// <summary>Whether <paramref name="left"/> does not sort before <paramref name="right"/>.</summary>
    /// <param name="left">One name.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(ServicePortName left, ServicePortName right) => !(left < right);

    /// <summary>The text that rules' comments carry: <c>namespace/name:port</c>, or <c>namespace/name</c> for an unnamed port.</summary>
    public override string ToString() => _text;
}
