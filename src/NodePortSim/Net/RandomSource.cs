namespace NodePortSim.Net;

/// <summary>A seeded generator of random numbers: xoshiro256**, seeded by SplitMix64.</summary>
/// <remarks>
/// Every machine of a simulation owns one, derived from the simulation's seed and the machine's name, so that what one machine draws does
/// not depend on how many others there are. Not thread-safe.
/// </remarks>
public sealed class RandomSource
{
    private ulong _s0, _s1, _s2, _s3;

    /// <summary>Makes a generator; equal seeds give equal sequences.</summary>
    /// <param name="seed">Any number.</param>
    public RandomSource(ulong seed)
    {
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    /// <summary>Makes the generator of the part <paramref name="name"/> of a simulation.</summary>
    /// <param name="seed">The simulation's seed.</param>
    /// <param name="name">The part's name; hashed by FNV-1a.</param>
    public static RandomSource For(ulong seed, string name)
    {
        ulong hash = 14695981039346656037UL ^ seed;
        foreach (char c in name) hash = unchecked((hash ^ c) * 1099511628211UL);
        return new RandomSource(hash);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = unchecked(ulong.RotateLeft(_s1 * 5, 7) * 9);
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = ulong.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>The next 32 random bits.</summary>
    public uint NextUInt32() => (uint)(NextUInt64() >> 32);

    /// <summary>A number from 0 to <paramref name="bound"/> - 1, each equally likely.</summary>
    /// <param name="bound">1 or more.</param>
    public uint NextBelow(uint bound)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bound);
        ulong product = (ulong)NextUInt32() * bound;
        uint low = (uint)product;
        if (low < bound)
        {
            uint threshold = unchecked(0u - bound) % bound;
            while (low < threshold)
            {
                product = (ulong)NextUInt32() * bound;
                low = (uint)product;
            }
        }

        return (uint)(product >> 32);
    }

    /// <summary>Makes the generator of a part of what this one serves, without a draw: this one goes on as if the part did not exist.</summary>
    /// <param name="name">The part's name.</param>
    internal RandomSource Derive(string name) => For(unchecked(_s0 ^ _s1 * 3 ^ _s2 * 5 ^ _s3 * 7), name);

    private static ulong SplitMix(ref ulong state)
    {
        unchecked
        {
            ulong z = state += 0x9E3779B97F4A7C15UL;
            z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ z >> 27) * 0x94D049BB133111EBUL;
            return z ^ z >> 31;
        }
    }
}
