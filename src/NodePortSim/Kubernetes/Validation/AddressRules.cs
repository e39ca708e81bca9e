using NodePortSim.Net;

namespace NodePortSim.Kubernetes.Validation;

/// <summary>The forms of addresses, networks and ports in the Kubernetes API, in the API server's words.</summary>
internal static class AddressRules
{
    /// <summary>An IP address of any family; zeros may lead a number.</summary>
    public static IEnumerable<FieldError> IpAddress(FieldPath path, string value)
    {
        if (!IpAddr.TryParse(value, out _))
            yield return FieldError.Invalid(path, value, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
    }

    /// <summary>An IP address of one family.</summary>
    public static IEnumerable<FieldError> IpAddressOf(FieldPath path, string value, IpFamily family)
    {
        if (!IpAddr.TryParse(value, out IpAddr address) || address.Family != family)
            yield return FieldError.Invalid(path, value, $"must be a valid {family} address");
    }

    /// <summary>A network: an address, a slash and a prefix length.</summary>
    public static IEnumerable<FieldError> Cidr(FieldPath path, string value)
    {
        if (!IpCidr.TryParse(value, out _))
            yield return FieldError.Invalid(path, value, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
    }

    /// <summary>An address that traffic may be sent to: not unspecified, loopback, link-local or link-local multicast.</summary>
    public static IEnumerable<FieldError> NonSpecialIp(FieldPath path, string value)
    {
        if (!IpAddr.TryParse(value, out IpAddr address))
        {
            yield return FieldError.Invalid(path, value, "must be a valid IP address");
            yield break;
        }

        if (address.IsUnspecified) yield return FieldError.Invalid(path, value, $"may not be unspecified ({value})");
        if (address.IsLoopback) yield return FieldError.Invalid(path, value, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        if (address.IsLinkLocal) yield return FieldError.Invalid(path, value, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        if (IsLinkLocalMulticast(address))
            yield return FieldError.Invalid(path, value, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }

    /// <summary>A port number from 1 to 65535.</summary>
    public static IEnumerable<FieldError> PortNumber(FieldPath path, int value)
    {
        if (value is < 1 or > 65535) yield return FieldError.Invalid(path, value, "must be between 1 and 65535, inclusive");
    }

    /// <summary>A protocol that has ports.</summary>
    public static IEnumerable<FieldError> PortProtocol(FieldPath path, Protocol? protocol)
    {
        if (protocol is null) yield return FieldError.Required(path);
        else if (!protocol.Value.HasPorts()) yield return FieldError.NotSupported(path, protocol.Value.ApiName(), "SCTP", "TCP", "UDP");
    }

    // Go's IsLinkLocalMulticast: 224.0.0.0/24, and for IPv6 any prefix whose scope nibble is 2 (ffx2::/16).
    private static bool IsLinkLocalMulticast(IpAddr address) =>
        address.IsIPv4 ? address.IPv4Bits >> 8 == 0xE00000 : (address.High >> 48 & 0xFF0F) == 0xFF02;
}
