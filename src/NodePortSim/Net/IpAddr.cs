using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace NodePortSim.Net;

/// <summary>An IPv4 or IPv6 address, 16 bytes, compared by its bytes.</summary>
/// <remarks>
/// An IPv4 address is held as its IPv4-mapped IPv6 address (<c>::ffff:a.b.c.d</c>), which no packet carries, so that both families are
/// one type without a discriminating field. The default value is <c>::</c>. Thread-safe: it never changes.
/// </remarks>
public readonly struct IpAddr : IEquatable<IpAddr>, IComparable<IpAddr>, ISpanParsable<IpAddr>
{
    private static readonly SearchValues<char> IPv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    private const ulong MappedPrefix = 0xFFFF_0000_0000UL;

    internal IpAddr(ulong high, ulong low)
    {
        High = high;
        Low = low;
    }

    /// <summary>The first eight bytes, in network order.</summary>
    internal ulong High { get; }

    /// <summary>The last eight bytes, in network order.</summary>
    internal ulong Low { get; }

    /// <summary><c>0.0.0.0</c>.</summary>
    public static IpAddr AnyIPv4 => FromIPv4(0);

    /// <summary><c>::</c>.</summary>
    public static IpAddr AnyIPv6 => default;

    /// <summary>Whether this is an IPv4 address.</summary>
    public bool IsIPv4 => High == 0 && Low >> 32 == 0xFFFF;

    /// <summary>The family of the address.</summary>
    public IpFamily Family => IsIPv4 ? IpFamily.IPv4 : IpFamily.IPv6;

    /// <summary>The number of bits of an address of this family: 32 or 128.</summary>
    public int BitLength => IsIPv4 ? 32 : 128;

    /// <summary>Whether the address is in 127.0.0.0/8 or is ::1.</summary>
    public bool IsLoopback => IsIPv4 ? (uint)Low >> 24 == 127 : this == new IpAddr(0, 1);

    /// <summary>Whether all bits are zero: <c>0.0.0.0</c> or <c>::</c>.</summary>
    public bool IsUnspecified => this == AnyIPv4 || this == AnyIPv6;

    /// <summary>Whether the address is in 224.0.0.0/4 or ff00::/8.</summary>
    public bool IsMulticast => IsIPv4 ? (uint)Low >> 28 == 0xE : High >> 56 == 0xFF;

    /// <summary>Whether the address is in 169.254.0.0/16 or fe80::/10.</summary>
    public bool IsLinkLocal => IsIPv4 ? (uint)Low >> 16 == 0xA9FE : High >> 54 == 0x3FA;

    /// <summary>The 32 bits of an IPv4 address, most significant byte first.</summary>
    internal uint IPv4Bits => (uint)Low;

    /// <summary>Makes an IPv4 address of its 32 bits, most significant byte first.</summary>
    /// <param name="bits">The address as a number: 0x7F000001 is 127.0.0.1.</param>
    public static IpAddr FromIPv4(uint bits) => new(0, MappedPrefix | bits);

    /// <summary>The address <paramref name="offset"/> places after this one, wrapping around inside its family.</summary>
    /// <param name="offset">How many addresses to go forward.</param>
    public IpAddr Add(ulong offset)
    {
        if (IsIPv4) return FromIPv4(unchecked(IPv4Bits + (uint)offset));
        ulong low = unchecked(Low + offset);
        return new IpAddr(low < Low ? unchecked(High + 1) : High, low);
    }

    /// <summary>Parses an address; zeros may lead an IPv4 number, as Kubernetes' own parsers allow (spec kube-proxy-iptables 1.2).</summary>
    /// <param name="text">The text, without brackets or zone.</param>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static IpAddr Parse(string text) =>
        TryParse(text, out IpAddr address) ? address : throw new FormatException($"\"{text}\" is not an IP address");

    /// <inheritdoc cref="Parse(string)"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out IpAddr address) => TryParse(text.AsSpan(), out address);

    /// <inheritdoc cref="Parse(string)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out IpAddr address)
    {
        address = default;
        return text.Contains(':') ? TryParseIPv6(text, out address) : TryParseIPv4(text, out address);
    }

    private static bool TryParseIPv4(ReadOnlySpan<char> text, out IpAddr address)
    {
        address = default;
        uint bits = 0, octet = 0;
        int digits = 0, dots = 0;
        foreach (char c in text)
        {
            if (c == '.')
            {
                if (digits == 0 || ++dots > 3) return false;
                bits = bits << 8 | octet;
                octet = 0;
                digits = 0;
                continue;
            }

            if (!char.IsAsciiDigit(c)) return false;
            octet = octet * 10 + (uint)(c - '0');
            if (++digits > 10 || octet > 255) return false;
        }

        if (dots != 3 || digits == 0) return false;
        address = FromIPv4(bits << 8 | octet);
        return true;
    }

    private static bool TryParseIPv6(ReadOnlySpan<char> text, out IpAddr address)
    {
        address = default;
        if (text.ContainsAnyExcept(IPv6Characters)) return false;
        if (!IPAddress.TryParse(text, out IPAddress? parsed)) return false;
        Span<byte> bytes = stackalloc byte[16];
        if (!parsed.TryWriteBytes(bytes, out int written) || written != 16) return false;
        address = new IpAddr(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        return true;
    }

    static IpAddr IParsable<IpAddr>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<IpAddr>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out IpAddr result) => TryParse(s, out result);

    static IpAddr ISpanParsable<IpAddr>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s.ToString());

    static bool ISpanParsable<IpAddr>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out IpAddr result) => TryParse(s, out result);

    /// <summary>Writes the 4 or 16 bytes of the address in network order.</summary>
    /// <param name="destination">At least 4 (IPv4) or 16 (IPv6) bytes.</param>
    /// <returns>The number of bytes written, 4 or 16.</returns>
    public int WriteBytes(Span<byte> destination)
    {
        if (IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, IPv4Bits);
            return 4;
        }

        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
        return 16;
    }

    /// <inheritdoc/>
    public bool Equals(IpAddr other) => High == other.High && Low == other.Low;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IpAddr other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(High, Low);

    /// <summary>Compares by bytes; every IPv4 address sorts as <c>::ffff:a.b.c.d</c>.</summary>
    /// <param name="other">The address to compare with.</param>
    public int CompareTo(IpAddr other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <summary>Whether two addresses are the same.</summary>
    /// <param name="left">One address.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(IpAddr left, IpAddr right) => left.Equals(right);

    /// <summary>Whether two addresses differ.</summary>
    /// <param name="left">One address.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(IpAddr left, IpAddr right) => !left.Equals(right);

    /// <summary>Whether <paramref name="left"/> sorts before <paramref name="right"/>.</summary>
    /// <param name="left">One address.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(IpAddr left, IpAddr right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> sorts after <paramref name="right"/>.</summary>
    /// <param name="left">One address.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(IpAddr left, IpAddr right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> sorts before <paramref name="right"/> or is the same.</summary>
    /// <param name="left">One address.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(IpAddr left, IpAddr right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> sorts after <paramref name="right"/> or is the same.</summary>
    /// <param name="left">One address.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(IpAddr left, IpAddr right) => left.CompareTo(right) >= 0;

    /// <summary>The address in its canonical text: dotted decimal, or RFC 5952 for IPv6.</summary>
    public override string ToString()
    {
        if (!IsIPv4) return IPv6Text();
        uint b = IPv4Bits;
        return string.Create(CultureInfo.InvariantCulture, $"{b >> 24}.{b >> 16 & 255}.{b >> 8 & 255}.{b & 255}");
    }

    private string IPv6Text()
    {
        Span<ushort> groups = stackalloc ushort[8];
        for (int i = 0; i < 8; i++) groups[i] = (ushort)((i < 4 ? High : Low) >> (48 - i % 4 * 16));
        int best = -1, bestLength = 1;
        for (int i = 0; i < 8; i++)
        {
            int length = 0;
            while (i + length < 8 && groups[i + length] == 0) length++;
            if (length > bestLength) (best, bestLength) = (i, length);
            i += length;
        }

        var text = new System.Text.StringBuilder(39);
        for (int i = 0; i < 8; i++)
        {
            if (i == best)
            {
                text.Append("::");
                i += bestLength - 1;
                continue;
            }

            if (text.Length > 0 && text[^1] != ':') text.Append(':');
            text.Append(CultureInfo.InvariantCulture, $"{groups[i]:x}");
        }

        return text.ToString();
    }
}
