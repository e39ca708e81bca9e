using System.Runtime.CompilerServices;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The keyed hash of tuples. The keys come from the machine's seed, so that chains fall differently on each machine but always the same.</summary>
/// <remarks>
/// Two 64-bit multiplications: both IPv4 addresses are one factor and ports with protocol the other, and a second product makes the folded
/// first one even. Addresses of IPv6 are mixed into one factor before.
/// </remarks>
internal readonly struct TupleHash
{
    private readonly ulong _key0, _key1, _key2;

    public TupleHash(RandomSource random)
    {
        _key0 = random.NextUInt64();
        _key1 = random.NextUInt64();
        _key2 = random.NextUInt64() | 1;
    }

    /// <summary>The tuple with its hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TupleKey KeyOf(in FlowTuple tuple)
    {
        bool isWide = !TupleKey.IsNarrow(tuple);
        ulong addresses = TupleKey.AddressesOf(tuple, isWide);
        ulong addressHash = isWide ? MixWide(tuple) : addresses ^ _key0;
        uint ports = TupleKey.PortsOf(tuple);
        return new TupleKey(addresses, ports, tuple.Protocol, isWide, addressHash, Finish(addressHash, ports, tuple.Protocol));
    }

    /// <summary>The key of a packet of a protocol that has ports or identifiers. Of IPv4 no tuple is made.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TupleKey KeyOf(in Packet packet)
    {
        IpAddr source = packet.Source, destination = packet.Destination;
        return source.IsIPv4 && destination.IsIPv4
            ? KeyOfNarrow((ulong)source.IPv4Bits << 32 | destination.IPv4Bits, (uint)packet.SourcePort << 16 | packet.DestinationPort, packet.Protocol)
            : KeyOfWide(packet);
    }

    /// <summary>Not inlined: whoever holds tuples in variables clears them at its start, for every packet.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private TupleKey KeyOfWide(in Packet packet) => KeyOf(packet.Tuple);

    /// <summary>The key of an IPv4 tuple that a slot holds, or could hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TupleKey KeyOfNarrow(ulong addresses, uint ports, Protocol protocol) =>
        new(addresses, ports, protocol, false, addresses ^ _key0, Finish(addresses ^ _key0, ports, protocol));

    /// <summary>The key of the same addresses and protocol with other ports.</summary>
    public TupleKey WithPorts(in TupleKey key, uint ports) =>
        new(key.Addresses, ports, key.Protocol, key.IsWide, key.AddressHash, Finish(key.AddressHash, ports, key.Protocol));

    /// <summary>The hash of an IPv4 tuple that a slot holds.</summary>
    public uint OfNarrow(ulong addresses, uint ports, Protocol protocol) => Finish(addresses ^ _key0, ports, protocol);

    /// <summary>The hash of where a flow comes from: address, port and protocol.</summary>
    public uint OfSource(in FlowTuple tuple)
    {
        ulong source = Fold(tuple.Source.High ^ _key1, tuple.Source.Low ^ _key0);
        return High(Fold(source ^ _key2, ((ulong)tuple.SourcePort << 8 | (byte)tuple.Protocol) ^ _key0));
    }

    /// <summary>Whether two tuples are the same; spelled out because it is conntrack's innermost comparison.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Same(in FlowTuple a, in FlowTuple b) =>
        a.SourcePort == b.SourcePort && a.DestinationPort == b.DestinationPort && a.Protocol == b.Protocol
        && a.Source.Low == b.Source.Low && a.Destination.Low == b.Destination.Low
        && a.Source.High == b.Source.High && a.Destination.High == b.Destination.High;

    private ulong MixWide(in FlowTuple tuple)
    {
        ulong source = Fold(tuple.Source.High ^ _key0, tuple.Source.Low ^ _key1);
        return Fold(tuple.Destination.High ^ source, tuple.Destination.Low ^ _key2);
    }

    private uint Finish(ulong addressHash, uint ports, Protocol protocol)
    {
        ulong hash = Fold(addressHash, ((ulong)ports << 8 | (byte)protocol) ^ _key1);

        // One product is uneven where flows differ in a few bits only.
        return High((hash ^ hash >> 32) * _key2);
    }

    private static uint High(ulong hash) => (uint)(hash >> 32);

    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
