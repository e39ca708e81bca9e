using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>Asks the processor for a place in memory before it is needed. Does nothing where there is no such instruction.</summary>
internal static class CacheHint
{
    /// <summary>Asks for the cache line in which a value begins.</summary>
    /// <remarks>
    /// The only unsafe code here, and bounded by the instruction: a prefetch reads and writes nothing and never faults, whatever the address,
    /// so that it does no harm if the garbage collector moves the value meanwhile.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch<T>(ref readonly T value)
        where T : struct
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in value)));
    }
}
