using System.Numerics;
using System.Runtime.CompilerServices;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <content>What known paths need: a look at the index that changes nothing.</content>
internal sealed partial class ConntrackStore
{
    /// <summary>Finds the entry of a packet's tuple; a null reference for none, and where an expired entry is met on the way, which <see cref="Find(in TupleKey, in FlowTuple)"/> would remove.</summary>
    /// <param name="key">The tuple's key.</param>
    /// <param name="packet">The packet; asked for its tuple only where the key does not say all.</param>
    /// <param name="now">The instant, as a timestamp.</param>
    /// <param name="link">The link of the tuple; 0 for none.</param>
    public ref ConntrackSlot Peek(in TupleKey key, in Packet packet, long now, out int link)
    {
        link = 0;
        ref TupleBucket bucket = ref BucketOf(key.Hash);
        while (true)
        {
            for (uint candidates = bucket.Candidates(key.Hash); candidates != 0; candidates &= candidates - 1)
            {
                int entry = TupleBucket.Entry(bucket[BitOperations.TrailingZeroCount(candidates)]);
                ref ConntrackSlot slot = ref Slots[entry];
                if (slot.Expires <= now) return ref Unsafe.NullRef<ConntrackSlot>();
                if (slot.MayBe(key, reply: false) && !slot.Has(ConntrackStatus.NatClash) && IsSought(entry, reply: false, key, packet))
                {
                    link = slot.IsToItself ? entry << 1 | 1 : entry << 1;
                    return ref slot;
                }

                if (slot.MayBe(key, reply: true) && IsSought(entry, reply: true, key, packet))
                {
                    link = entry << 1 | 1;
                    return ref slot;
                }
            }

            int overflow = bucket.Overflow;
            if (overflow == 0) return ref Unsafe.NullRef<ConntrackSlot>();
            bucket = ref _overflow[overflow];
        }
    }

    private bool IsSought(int entry, bool reply, in TupleKey key, in Packet packet) => !key.IsWide || Has(entry, reply, packet.Tuple);

    /// <summary>Takes the numbers of paths from all entries.</summary>
    public void ForgetPaths()
    {
        for (int entry = 1; entry < Used; entry++) Slots[entry].OriginalPath = Slots[entry].ReplyPath = 0;
    }
}
