using System.Numerics;

namespace NodePortSim.Simulation.Exploration;

/// <summary>A probability as a fraction of a power of two: what products of 31-bit draws are, without rounding.</summary>
/// <param name="Numerator">0 or more.</param>
/// <param name="Bits">The denominator is 2 to this power; 0 or more.</param>
internal readonly record struct ExactProbability(BigInteger Numerator, int Bits)
{
    /// <summary>The bits of one draw.</summary>
    private const int DrawBits = 31;

    public static ExactProbability Zero => new(BigInteger.Zero, 0);

    public static ExactProbability One => new(BigInteger.One, 0);

    /// <summary>The probability of this and of a draw that hits <paramref name="numbers"/> of 2³¹ numbers.</summary>
    public ExactProbability Times(uint numbers) => new(Numerator * numbers, Bits + DrawBits);

    public static ExactProbability operator +(ExactProbability left, ExactProbability right)
    {
        int bits = Math.Max(left.Bits, right.Bits);
        return new ExactProbability((left.Numerator << (bits - left.Bits)) + (right.Numerator << (bits - right.Bits)), bits);
    }

    /// <summary>The nearest double.</summary>
    public double ToDouble()
    {
        // 64 bits with what was cut off as a last bit: more than a double's 53 bits and their rounding need.
        int shift = Math.Max(0, (int)Numerator.GetBitLength() - 64);
        BigInteger head = Numerator >> shift;
        if (head << shift != Numerator) head |= BigInteger.One;
        return Math.ScaleB((double)(ulong)head, shift - Bits);
    }
}
