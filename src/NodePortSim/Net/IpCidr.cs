using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace NodePortSim.Net;

/// <summary>A network: a prefix of an address, with the host bits cleared.</summary>
/// <remarks>Thread-safe: it never changes.</remarks>
public readonly struct IpCidr : IEquatable<IpCidr>, IParsable<IpCidr>
{
    /// <summary>Makes the network of <paramref name="prefixLength"/> bits that holds <paramref name="address"/>.</summary>
    /// <param name="address">Any address of the network; its host bits are cleared.</param>
    /// <param name="prefixLength">0 to 32 (IPv4) or 0 to 128 (IPv6), in bits.</param>
    /// <exception cref="ArgumentOutOfRangeException">The prefix length is outside its range.</exception>
    public IpCidr(IpAddr address, int prefixLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(prefixLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixLength, address.BitLength);
        (ulong high, ulong low) = Mask(address.IsIPv4 ? prefixLength + 96 : prefixLength);
        Address = new IpAddr(address.High & high, address.Low & low);
        PrefixLength = prefixLength;
    }

    /// <summary>The first address of the network.</summary>
    public IpAddr Address { get; }

    /// <summary>The length of the prefix in bits: 0 to 32 (IPv4) or 0 to 128 (IPv6).</summary>
    public int PrefixLength { get; }

    /// <summary>The family of the network.</summary>
    public IpFamily Family => Address.Family;

    /// <summary>Whether the network is one address: a prefix of all bits.</summary>
    public bool IsHost => PrefixLength == Address.BitLength;

    /// <summary>The last address of the network; in IPv4 the subnet's broadcast address where the prefix is shorter than 31 bits.</summary>
    public IpAddr LastAddress
    {
        get
        {
            (ulong high, ulong low) = Mask(Address.IsIPv4 ? PrefixLength + 96 : PrefixLength);
            return new IpAddr(Address.High | ~high, Address.Low | ~low);
        }
    }

    /// <summary>The network of one address.</summary>
    /// <param name="address">The address.</param>
    public static IpCidr Host(IpAddr address) => new(address, address.BitLength);

    /// <summary>Whether the network holds <paramref name="address"/>; never for an address of the other family.</summary>
    /// <param name="address">The address.</param>
    public bool Contains(IpAddr address)
    {
        if (address.IsIPv4 != Address.IsIPv4) return false;
        (ulong high, ulong low) = Mask(Address.IsIPv4 ? PrefixLength + 96 : PrefixLength);
        return (address.High & high) == Address.High && (address.Low & low) == Address.Low;
    }

    /// <summary>Parses <c>address/bits</c>; host bits may be set and are cleared.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text is not a network.</exception>
    public static IpCidr Parse(string text) =>
        TryParse(text, out IpCidr cidr) ? cidr : throw new FormatException($"\"{text}\" is not a CIDR");

    /// <inheritdoc cref="Parse(string)"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out IpCidr cidr)
    {
        cidr = default;
        int slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 0 || !IpAddr.TryParse(text.AsSpan(0, slash), out IpAddr address)) return false;
        ReadOnlySpan<char> bits = text.AsSpan(slash + 1);
        if (!int.TryParse(bits, NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length > address.BitLength) return false;
        cidr = new IpCidr(address, length);
        return true;
    }

    static IpCidr IParsable<IpCidr>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<IpCidr>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out IpCidr result) => TryParse(s, out result);

    private static (ulong High, ulong Low) Mask(int bits) => bits switch
    {
        <= 0 => (0, 0),
        <= 64 => (ulong.MaxValue << (64 - bits), 0),
        _ => (ulong.MaxValue, bits >= 128 ? ulong.MaxValue : ~(ulong.MaxValue >> (bits - 64))),
    };

    /// <inheritdoc/>
    public bool Equals(IpCidr other) => Address == other.Address && PrefixLength == other.PrefixLength;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IpCidr other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Address, PrefixLength);

    /// <summary>Whether two networks are the same.</summary>
    /// <param name="left">One network.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(IpCidr left, IpCidr right) => left.Equals(right);

    /// <summary>Whether two networks differ.</summary>
    /// <param name="left">One network.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(IpCidr left, IpCidr right) => !left.Equals(right);

    /// <summary>The network as <c>address/bits</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{PrefixLength}");
}
