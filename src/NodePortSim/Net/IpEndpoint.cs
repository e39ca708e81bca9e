using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace NodePortSim.Net;

/// <summary>An address and a port: what a client connects to, what DNAT rewrites to.</summary>
/// <param name="Address">The address.</param>
/// <param name="Port">The port, 0 to 65535.</param>
/// <remarks>Thread-safe: it never changes.</remarks>
public readonly record struct IpEndpoint(IpAddr Address, ushort Port)
{
    /// <summary>Parses <c>a.b.c.d:port</c> or <c>[v6]:port</c>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text is not an address and port.</exception>
    public static IpEndpoint Parse(string text) =>
        TryParse(text, out IpEndpoint endpoint) ? endpoint : throw new FormatException($"\"{text}\" is not ADDRESS:PORT");

    /// <inheritdoc cref="Parse(string)"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out IpEndpoint endpoint)
    {
        endpoint = default;
        int colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0) return false;
        ReadOnlySpan<char> host = text.AsSpan(0, colon);
        bool bracketed = host.Length > 2 && host[0] == '[' && host[^1] == ']';
        if (bracketed) host = host[1..^1];
        if (!IpAddr.TryParse(host, out IpAddr address) || address.IsIPv4 == bracketed) return false;
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)) return false;
        endpoint = new IpEndpoint(address, port);
        return true;
    }

    /// <summary>The text <c>a.b.c.d:port</c> or <c>[v6]:port</c>.</summary>
    public override string ToString() => Address.IsIPv4
        ? string.Create(CultureInfo.InvariantCulture, $"{Address}:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"[{Address}]:{Port}");
}
