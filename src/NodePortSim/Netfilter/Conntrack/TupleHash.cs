using System.Runtime.CompilerServices;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The keyed hash of tuples. The keys come from the machine's seed, so that chains fall differently on each machine but always the same.</summary>
/// <remarks>Folded 64-bit multiplications: addresses first, ports last, so that a port search pays for the addresses once.</remarks>
internal readonly struct TupleHash
{
    private readonly ulong _key0, _key1, _key2;

    public TupleHash(RandomSource random)
    {
        _key0 = random.NextUInt64();
        _key1 = random.NextUInt64();
        _key2 = random.NextUInt64() | 1;
    }

    public uint Of(in FlowTuple tuple) => Finish(Addresses(tuple), tuple);

    /// <summary>The part of the hash that depends on the addresses.</summary>
    public ulong Addresses(in FlowTuple tuple)
    {
        ulong source = Fold(tuple.Source.High ^ _key0, tuple.Source.Low ^ _key1);
        return Fold(tuple.Destination.High ^ source, tuple.Destination.Low ^ _key2);
    }

    /// <summary>The hash, from the part of the addresses and the tuple's ports and protocol.</summary>
    public uint Finish(ulong addresses, in FlowTuple tuple)
    {
        ulong rest = (ulong)tuple.SourcePort << 24 | (ulong)tuple.DestinationPort << 8 | (byte)tuple.Protocol;
        return (uint)(Fold(addresses ^ _key1, rest ^ _key2) >> 32);
    }

    /// <summary>The hash of where a flow comes from: address, port and protocol.</summary>
    public uint OfSource(in FlowTuple tuple)
    {
        ulong source = Fold(tuple.Source.High ^ _key1, tuple.Source.Low ^ _key0);
        return (uint)(Fold(source ^ _key2, ((ulong)tuple.SourcePort << 8 | (byte)tuple.Protocol) ^ _key0) >> 32);
    }

    /// <summary>Whether two tuples are the same; spelled out because it is conntrack's innermost comparison.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Same(in FlowTuple a, in FlowTuple b) =>
        a.SourcePort == b.SourcePort && a.DestinationPort == b.DestinationPort && a.Protocol == b.Protocol
        && a.Source.Low == b.Source.Low && a.Destination.Low == b.Destination.Low
        && a.Source.High == b.Source.High && a.Destination.High == b.Destination.High;

    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
