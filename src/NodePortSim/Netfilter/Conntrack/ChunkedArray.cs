using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>An array that grows by chunks: elements never move, growth copies nothing, and free room is 1/64 of the array at most.</summary>
/// <remarks>
/// The first 2,048 elements lie in chunks of 16, and each further doubling of the array in 64 chunks of equal size, so that a chunk is found
/// from the position of an index's highest bit. A chunk exists once <see cref="Prepare"/> was called for one of its elements.
/// A mutable struct: hold it in a field, and do not copy it.
/// </remarks>
internal struct ChunkedArray<T>
    where T : struct
{
    private const int FirstChunkBits = 4, ChunksPerDoublingBits = 6;

    private T[]?[]? _chunks;

    /// <summary>An element. Its chunk must exist.</summary>
    public readonly ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            int bits = ChunkBits(index);
            T[] chunk = _chunks![Chunk(index, bits)]!;

            // A chunk that exists has 1 << bits elements, and the offset is below that; one that does not is null, which throws. The array's own
            // check would fetch its length from a cache line and a page that nothing else needs.
            return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(chunk), index & ((1 << bits) - 1));
        }
    }

    /// <summary>Whether the element's chunk exists.</summary>
    public readonly bool Has(int index)
    {
        if (_chunks is null) return false;
        int chunk = Chunk(index, ChunkBits(index));
        return chunk < _chunks.Length && _chunks[chunk] is not null;
    }

    /// <summary>Makes the element's chunk, all zero, unless it exists.</summary>
    public void Prepare(int index)
    {
        if (Has(index)) return;
        int bits = ChunkBits(index);
        int chunk = Chunk(index, bits);
        int known = _chunks?.Length ?? 0;
        if (chunk >= known) Array.Resize(ref _chunks, Math.Max(chunk + 1, known + known / 2));
        _chunks![chunk] = new T[1 << bits];
    }

    /// <summary>How many index bits count inside the chunk of an index.</summary>
    private static int ChunkBits(int index) =>
        BitOperations.Log2((uint)index | 1u << (FirstChunkBits + ChunksPerDoublingBits)) - ChunksPerDoublingBits;

    private static int Chunk(int index, int bits) => (index >> bits) + ((bits - FirstChunkBits) << ChunksPerDoublingBits);
}
