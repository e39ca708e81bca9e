using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>
/// A bucket of the index: four cells, 0 where free. A cell is a link (an entry's number doubled, plus 1 for its reply tuple) under a tag of
/// five bits of the hash, so that a look-up seldom visits an entry in vain. What does not fit hangs behind the fourth cell's entry.
/// </summary>
[InlineArray(Cells)]
internal struct TupleBucket
{
    public const int Cells = 4, LinkBits = 27, Last = Cells - 1;

    private uint _first;

    /// <summary>The cell of a link; its tag is never 0, so that no free cell looks like one that is sought.</summary>
    public static uint Cell(uint hash, int link) => Tag(hash) << LinkBits | (uint)link;

    public static int Link(uint cell) => (int)(cell & ((1u << LinkBits) - 1));

    /// <summary>A bit for each cell that has the hash's tag.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint Candidates(uint hash)
    {
        // Reads 16 bytes from the first cell on, which are the whole bucket.
        Vector128<uint> tags = Vector128.LoadUnsafe(in _first) >>> LinkBits;
        return Vector128.Equals(tags, Vector128.Create(Tag(hash))).ExtractMostSignificantBits();
    }

    private static uint Tag(uint hash) => Math.Max(hash >> LinkBits, 1);
}
