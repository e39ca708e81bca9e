using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace NodePortSim.Netfilter.Paths;

/// <summary>Tells the processor what memory will be read soon. Where it takes no hints, nothing happens.</summary>
/// <remarks>
/// The only unsafe code of the core. Its bound: an address is made of a reference and given to the prefetch instruction, which never faults,
/// reads no value and writes nothing; should the collector move the array in between, the wrong line is fetched and nothing else.
/// </remarks>
internal static class CachePrefetch
{
    private const int LineBytes = 64;

    /// <summary>Has the line fetched that holds the start of a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Line<T>(ref T value)
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref value));
    }

    /// <summary>Has all lines of a value fetched.</summary>
    /// <param name="value">The value.</param>
    /// <param name="bytes">Its size.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void All<T>(ref T value, int bytes)
    {
        if (!Sse.IsSupported) return;
        var first = (byte*)Unsafe.AsPointer(ref value);
        for (int at = 0; at < bytes; at += LineBytes) Sse.Prefetch0(first + at);
        Sse.Prefetch0(first + bytes - 1);
    }
}
