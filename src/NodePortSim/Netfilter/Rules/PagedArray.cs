using System.Runtime.CompilerServices;

namespace NodePortSim.Netfilter.Rules;

/// <summary>An array whose parts are made when they are first written to.</summary>
/// <remarks>Of the long chains that all nodes share packets meet a few rules on each node; what a node keeps for the others would be most of its memory. Not thread-safe.</remarks>
internal readonly struct PagedArray<T>
{
    private const int PageBits = 6, PageSize = 1 << PageBits;

    private readonly T[]?[] _pages;

    public PagedArray(int length)
    {
        Length = length;
        _pages = length == 0 ? [] : new T[]?[(length + PageSize - 1) >> PageBits];
    }

    public int Length { get; }

    /// <summary>The element at a place, to read.</summary>
    public T? ValueAt(int place) => _pages[place >> PageBits] is { } page ? page[place & PageSize - 1] : default;

    /// <summary>The element at a place, to read or write.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T At(int place) => ref (_pages[place >> PageBits] ?? NewPage(place))[place & PageSize - 1];

    /// <summary>Forgets what was written.</summary>
    public void Clear() => Array.Clear(_pages);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private T[] NewPage(int place)
    {
        int first = place & -PageSize;
        return _pages[place >> PageBits] = new T[Math.Min(PageSize, Length - first)];
    }
}
