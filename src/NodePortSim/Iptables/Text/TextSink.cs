using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>Collects UTF-8 text in pieces that never split a character, and hands it on as a string or to a buffer writer.</summary>
/// <remarks>
/// A node's rules can be tens of megabytes, so text is made as bytes in pooled pieces and never copied while it grows. Not thread-safe.
/// </remarks>
internal sealed class TextSink : IDisposable
{
    private const int PieceSize = 1 << 18;

    private static readonly FractionText?[] Fractions = new FractionText?[256];

    private readonly IBufferWriter<byte>? _output;
    private readonly List<(byte[] Bytes, int Count)> _full = [];
    private byte[] _piece = ArrayPool<byte>.Shared.Rent(PieceSize);
    private int _count;
    private long _sent;

    /// <summary>Makes a sink; with an output each full piece goes there, without one <see cref="ToString"/> gives the whole.</summary>
    public TextSink(IBufferWriter<byte>? output = null) => _output = output;

    /// <summary>The text that <paramref name="write"/> makes of <paramref name="state"/>.</summary>
    public static string Collect<TState>(TState state, Action<TextSink, TState> write)
    {
        using var sink = new TextSink();
        write(sink, state);
        return sink.ToString();
    }

    /// <summary>Sends the text that <paramref name="write"/> makes of <paramref name="state"/> to <paramref name="output"/>.</summary>
    public static void Send<TState>(IBufferWriter<byte> output, TState state, Action<TextSink, TState> write)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var sink = new TextSink(output);
        write(sink, state);
        sink.Flush();
    }

    public void Append(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        _count += utf8.Length;
    }

    public void Append(char ascii)
    {
        Debug.Assert(char.IsAscii(ascii), "Other characters take more than a byte.");
        Reserve(1)[0] = (byte)ascii;
        _count++;
    }

    public void Append(string text) => Append(text.AsSpan());

    public void Append(ReadOnlySpan<char> text)
    {
        Span<byte> free = Reserve(text.Length * 3);
        Utf8.FromUtf16(text, free, out _, out int written);
        _count += written;
    }

    public void AppendNumber(ulong number)
    {
        number.TryFormat(Reserve(20), out int written, provider: CultureInfo.InvariantCulture);
        _count += written;
    }

    /// <summary>Appends <c>0x</c> and the number in lower-case hexadecimal, with at least <paramref name="digits"/> digits.</summary>
    public void AppendHex(uint number, int digits = 1)
    {
        Span<byte> free = Reserve(10);
        int length = Math.Max(digits, (32 - System.Numerics.BitOperations.LeadingZeroCount(number | 1) + 3) / 4);
        free[0] = (byte)'0';
        free[1] = (byte)'x';
        for (int i = length + 1; i > 1; i--, number >>= 4) free[i] = "0123456789abcdef"u8[(int)(number & 15)];
        _count += length + 2;
    }

    /// <summary>Appends a fraction from 0 to 1 with a fixed number of decimals, the exact value rounded to nearest, ties to even, as C and Go print it.</summary>
    public void AppendFraction(double fraction, int decimals)
    {
        // Chances are one in a few: the same fractions come again and again.
        long key = BitConverter.DoubleToInt64Bits(fraction);
        ref FractionText? known = ref Fractions[(int)((ulong)key * 0x9E37_79B9_7F4A_7C15 >> 56)];
        if (Volatile.Read(ref known) is { } text && text.Fraction == key && text.Decimals == decimals)
        {
            Append(text.Text);
            return;
        }

        Reserve(decimals + 20);
        int start = _count;
        WriteFraction(fraction, decimals);
        Volatile.Write(ref known, new FractionText(key, decimals, _piece.AsSpan(start, _count - start).ToArray()));
    }

    private void WriteFraction(double fraction, int decimals)
    {
        Debug.Assert(fraction is >= 0 and <= 1 && decimals is > 0 and <= 18, "The exact product must fit 128 bits.");
        long bits = BitConverter.DoubleToInt64Bits(fraction);
        int exponent = (int)(bits >> 52 & 0x7FF);
        ulong mantissa = (ulong)bits & (1UL << 52) - 1;
        if (exponent != 0) mantissa |= 1UL << 52;
        int shift = 1075 - Math.Max(exponent, 1);

        ulong scale = 1;
        for (int i = 0; i < decimals; i++) scale *= 10;
        UInt128 product = (UInt128)mantissa * scale;
        ulong rounded = 0;
        if (shift < 128)
        {
            rounded = (ulong)(product >> shift);
            UInt128 rest = product - ((UInt128)rounded << shift);
            UInt128 half = UInt128.One << (shift - 1);
            if (rest > half || (rest == half && (rounded & 1) == 1)) rounded++;
        }

        AppendNumber(rounded / scale);
        Append('.');
        Span<byte> digits = Reserve(decimals)[..decimals];
        rounded %= scale;
        for (int i = decimals - 1; i >= 0; i--, rounded /= 10) digits[i] = (byte)('0' + rounded % 10);
        _count += decimals;
    }

    public void Append(IpAddr address)
    {
        if (!address.IsIPv4)
        {
            Append(address.ToString());
            return;
        }

        uint bits = address.IPv4Bits;
        AppendOctet(bits >> 24);
        Append('.');
        AppendOctet(bits >> 16 & 255);
        Append('.');
        AppendOctet(bits >> 8 & 255);
        Append('.');
        AppendOctet(bits & 255);
    }

    public void Append(IpCidr network)
    {
        Append(network.Address);
        Append('/');
        AppendOctet((uint)network.PrefixLength);
    }

    /// <summary>Fills with spaces up to <paramref name="width"/> bytes since <paramref name="start"/>, a value of <see cref="Mark"/>.</summary>
    public void PadFrom(long start, int width)
    {
        for (long have = Mark - start; have < width; have++) Append(' ');
    }

    /// <summary>Appends many things in order; where they are enough for it to pay, all cores make the text of some each.</summary>
    /// <param name="count">How many they are.</param>
    /// <param name="size">How many make a piece of work.</param>
    /// <param name="state">What <paramref name="append"/> needs; only read.</param>
    /// <param name="append">Appends the thing of a number.</param>
    public void AppendAll<TState>(int count, int size, TState state, Action<TextSink, TState, int> append)
    {
        int parts = (count + size - 1) / size;
        if (parts < 4)
        {
            for (int i = 0; i < count; i++) append(this, state, i);
            return;
        }

        // A few parts at a time: the whole text need not fit into memory where it goes on to an output.
        var sinks = new TextSink[2 * Environment.ProcessorCount];
        for (int first = 0; first < parts; first += sinks.Length)
        {
            int from = first;
            Parallel.For(0, Math.Min(sinks.Length, parts - first), part =>
            {
                var sink = new TextSink();
                for (int i = (from + part) * size; i < Math.Min(count, (from + part + 1) * size); i++) append(sink, state, i);
                sinks[part] = sink;
            });
            for (int part = 0; part < sinks.Length && first + part < parts; part++) Take(sinks[part]);
        }
    }

    /// <summary>How many bytes have been appended.</summary>
    public long Mark => _sent + _count;

    /// <summary>Hands on what has been collected.</summary>
    public void Flush()
    {
        if (_output is null) return;
        _output.Write(_piece.AsSpan(0, _count));
        _sent += _count;
        _count = 0;
    }

    /// <summary>The whole text, where there is no output.</summary>
    public override string ToString()
    {
        long length = Encoding.UTF8.GetCharCount(_piece, 0, _count);
        foreach ((byte[] bytes, int count) in _full) length += Encoding.UTF8.GetCharCount(bytes, 0, count);
        return string.Create(checked((int)length), this, static (text, sink) =>
        {
            foreach ((byte[] bytes, int count) in sink._full) text = text[Encoding.UTF8.GetChars(bytes.AsSpan(0, count), text)..];
            Encoding.UTF8.GetChars(sink._piece.AsSpan(0, sink._count), text);
        });
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_piece);
        foreach ((byte[] bytes, _) in _full) ArrayPool<byte>.Shared.Return(bytes);
        _full.Clear();
        _piece = [];
        _count = 0;
    }

    /// <summary>Appends what another sink has collected, and takes its memory over.</summary>
    private void Take(TextSink other)
    {
        if (_output is not null)
        {
            Flush();
            foreach ((byte[] bytes, int count) in other._full) _output.Write(bytes.AsSpan(0, count));
            _output.Write(other._piece.AsSpan(0, other._count));
            _sent += other.Mark;
            other.Dispose();
            return;
        }

        _full.Add((_piece, _count));
        _full.AddRange(other._full);
        _sent += _count + other._sent;
        (_piece, _count) = (other._piece, other._count);
        other._full.Clear();
        (other._piece, other._count) = ([], 0);
    }

    private void AppendOctet(uint number)
    {
        Span<byte> free = Reserve(3);
        int length = 0;
        if (number >= 100) free[length++] = (byte)('0' + number / 100);
        if (number >= 10) free[length++] = (byte)('0' + number / 10 % 10);
        free[length++] = (byte)('0' + number % 10);
        _count += length;
    }

    private Span<byte> Reserve(int length)
    {
        if (_piece.Length - _count < length) NextPiece(length);
        return _piece.AsSpan(_count);
    }

    private void NextPiece(int length)
    {
        if (_output is not null)
        {
            Flush();
            if (_piece.Length >= length) return;
            ArrayPool<byte>.Shared.Return(_piece);
        }
        else
        {
            _full.Add((_piece, _count));
            _sent += _count;
            _count = 0;
        }

        _piece = ArrayPool<byte>.Shared.Rent(Math.Max(PieceSize, length));
    }

    /// <summary>The text of a fraction that was written before.</summary>
    private sealed record FractionText(long Fraction, int Decimals, byte[] Text);
}
