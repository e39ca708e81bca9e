using System.Globalization;
using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text.Parsing;

/// <summary>The arguments of one rule while they are read, and the values that options take.</summary>
internal sealed class Arguments(LineTokens tokens, IpFamily family)
{
    private string? _attached;
    private int _optionIndex;

    public IpFamily Family => family;

    /// <summary>The next argument's place.</summary>
    public int Position { get; set; }

    /// <summary>Whether all arguments are read.</summary>
    public bool AtEnd => Position >= tokens.Count;

    /// <summary>The option that is being read, without a value attached by <c>=</c>.</summary>
    public string Option { get; private set; } = "";

    /// <summary>Whether <c>!</c> stands before the option.</summary>
    public bool Inverted { get; private set; }

    /// <summary>The protocol that the rule names by <c>-p</c> without <c>!</c>, once all options are read.</summary>
    public Protocol RuleProtocol { get; set; }

    /// <summary>Takes the next option, with its <c>!</c>.</summary>
    public void NextOption()
    {
        Inverted = tokens[Position] == "!";
        if (Inverted && ++Position >= tokens.Count) throw new RuleError(Position - 1, "Bad argument `!'");
        _optionIndex = Position;
        Option = tokens[Position++];
        _attached = null;
        int equals = Option.StartsWith("--", StringComparison.Ordinal) ? Option.IndexOf('=', StringComparison.Ordinal) : -1;
        if (equals < 0) return;
        _attached = Option[(equals + 1)..];
        Option = Option[..equals];
    }

    /// <summary>Makes an error at the option that is being read.</summary>
    public RuleError Error(string message) => new(_optionIndex, message);

    /// <summary>Makes an error at the value that was read last.</summary>
    public RuleError ValueError(string message) => new(Math.Max(_optionIndex, Position - 1), message);

    /// <summary>Refuses a <c>!</c> before the option.</summary>
    public void NotInverted()
    {
        if (Inverted) throw Error($"cannot have ! before {Option}");
    }

    /// <summary>Refuses an option that was given before.</summary>
    public void Once(bool given)
    {
        if (given) throw Error($"multiple {Option} flags not allowed");
    }

    /// <summary>The option's value where it is a name: iptables prints names without quotes, so that one with blanks could not be read back.</summary>
    /// <param name="what">What it names.</param>
    public string Name(string what)
    {
        string name = Value();
        return LineTokens.IsOneWord(name) ? name : throw ValueError($"Invalid {what} name `{name}'");
    }

    /// <summary>The option's value.</summary>
    public string Value()
    {
        if (_attached is { } attached)
        {
            _attached = null;
            return attached;
        }

        if (AtEnd) throw Error($"option \"{Option}\" requires an argument");
        return tokens[Position++];
    }

    /// <summary>A number from <paramref name="least"/> to <paramref name="greatest"/>: decimal, 0x hexadecimal or 0 octal.</summary>
    public uint Number(string extension, uint least = 0, uint greatest = uint.MaxValue)
    {
        string value = Value();
        if (TryNumber(value, out uint number) && number >= least && number <= greatest) return number;
        throw ValueError($"{extension}: bad value for option \"{Option}\", or out of range ({least}-{greatest}).");
    }

    /// <summary><c>value[/mask]</c>.</summary>
    public (uint Value, uint Mask) Mark(string extension)
    {
        string value = Value();
        int slash = value.IndexOf('/', StringComparison.Ordinal);
        uint mask = uint.MaxValue;
        if (TryNumber(slash < 0 ? value : value.AsSpan(0, slash), out uint mark) && (slash < 0 || TryNumber(value.AsSpan(slash + 1), out mask))) return (mark, mask);
        throw ValueError($"{extension}: bad integer value for option \"{Option}\", or out of range.");
    }

    /// <summary><c>port</c>, <c>first:last</c>, <c>:last</c> or <c>first:</c>; with another separator both ends must be given.</summary>
    public PortRange Ports(char separator = ':') => Ports(Value(), separator);

    /// <inheritdoc cref="Ports(char)"/>
    public PortRange Ports(ReadOnlySpan<char> value, char separator = ':')
    {
        int at = value.IndexOf(separator);
        if (at < 0) return new PortRange(Port(value));
        ushort first = at == 0 && separator == ':' ? (ushort)0 : Port(value[..at]);
        ushort last = at == value.Length - 1 && separator == ':' ? ushort.MaxValue : Port(value[(at + 1)..]);
        if (first > last) throw ValueError($"invalid portrange (min > max)");
        return new PortRange(first, last);
    }

    /// <summary>An address of the family.</summary>
    public IpAddr Address(ReadOnlySpan<char> value)
    {
        if (IpAddr.TryParse(value, out IpAddr address) && address.Family == family) return address;
        throw ValueError($"Bad IP address \"{value}\"");
    }

    /// <summary><c>address[/bits]</c> or, in IPv4, <c>address/mask</c>, with the option's <c>!</c>.</summary>
    public AddressMatch Network()
    {
        string value = Value();
        int slash = value.IndexOf('/', StringComparison.Ordinal);
        if (!IpAddr.TryParse(slash < 0 ? value : value.AsSpan(0, slash), out IpAddr address) || address.Family != family)
        {
            throw ValueError($"host/network `{(slash < 0 ? value : value[..slash])}' not found");
        }

        if (slash < 0) return new AddressMatch(IpCidr.Host(address), Inverted);
        return new AddressMatch(new IpCidr(address, PrefixLength(value.AsSpan(slash + 1), address)), Inverted) { PrefixWritten = true };
    }

    /// <summary>The protocol of a name or number.</summary>
    public Protocol Protocol()
    {
        string value = Value();
        return ProtocolText.TryParse(value, out Protocol protocol) ? protocol : throw ValueError($"unknown protocol \"{value}\" specified");
    }

    /// <summary>Reads a number as C's strtoul does.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out uint number)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return uint.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
        }

        if (text.Length <= 1 || text[0] != '0') return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        ulong octal = 0;
        foreach (char c in text)
        {
            octal = octal * 8 + (uint)(c - '0');
            if (c is >= '0' and <= '7' && octal <= uint.MaxValue) continue;
            number = 0;
            return false;
        }

        number = (uint)octal;
        return true;
    }

    private ushort Port(ReadOnlySpan<char> text)
    {
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)) return port;
        throw ValueError($"invalid port/service `{text}' specified");
    }

    private int PrefixLength(ReadOnlySpan<char> text, IpAddr address)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int bits) && bits <= address.BitLength) return bits;
        if (address.IsIPv4 && IpAddr.TryParse(text, out IpAddr mask) && mask.IsIPv4)
        {
            int ones = System.Numerics.BitOperations.LeadingZeroCount(~mask.IPv4Bits);
            if (ones == 32 || mask.IPv4Bits << ones == 0) return ones;
            throw ValueError($"the mask `{text}' has holes, which is not supported");
        }

        throw ValueError($"invalid mask `{text}' specified");
    }
}
