using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>
/// A bucket of the index: eight cells, 0 where free. A cell is an entry's number under a tag of seven bits of the hash, so that a look-up
/// seldom visits an entry in vain. Where eight do not suffice the last cell is the number of a further bucket, under tag 0.
/// </summary>
[InlineArray(Cells)]
internal struct TupleBucket
{
    public const int Cells = 8, Last = Cells - 1, EntryBits = 25;

    private const uint EntryMask = (1u << EntryBits) - 1;

    private uint _first;

    /// <summary>The number of the bucket that holds what did not fit; 0 for none.</summary>
    public readonly int Overflow => this[Last] <= EntryMask ? (int)this[Last] : 0;

    /// <summary>The cell of an entry. Its tag is never 0, so that neither free cells nor overflow look like it.</summary>
    public static uint Cell(uint hash, int entry) => Tag(hash) << EntryBits | (uint)entry;

    public static bool IsEntry(uint cell) => cell > EntryMask;

    public static int Entry(uint cell) => (int)(cell & EntryMask);

    /// <summary>A bit for each cell that has the hash's tag.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint Candidates(uint hash)
    {
        // Reads 32 bytes from the first cell on, which are the whole bucket.
        Vector256<uint> tags = Vector256.LoadUnsafe(in _first) >>> EntryBits;
        return Vector256.Equals(tags, Vector256.Create(Tag(hash))).ExtractMostSignificantBits();
    }

    /// <summary>A bit for each cell of a value: 0 finds those that are free. Without a branch for each cell, which nobody could foresee.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint Places(uint cell) =>
        Vector256.Equals(Vector256.LoadUnsafe(in _first), Vector256.Create(cell)).ExtractMostSignificantBits();

    private static uint Tag(uint hash) => Math.Max(hash >> EntryBits, 1);
}
