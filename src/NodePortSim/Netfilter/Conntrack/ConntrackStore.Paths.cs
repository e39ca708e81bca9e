using System.Numerics;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <content>What known paths need: a look at the index that changes nothing.</content>
internal sealed partial class ConntrackStore
{
    /// <summary>Finds the link of a tuple; 0 for none, and where an expired entry is met on the way, which <see cref="Find(in TupleKey, in FlowTuple)"/> would remove.</summary>
    public int Peek(in TupleKey key, in FlowTuple tuple, long now)
    {
        ref TupleBucket bucket = ref BucketOf(key.Hash);
        while (true)
        {
            for (uint candidates = bucket.Candidates(key.Hash); candidates != 0; candidates &= candidates - 1)
            {
                int entry = TupleBucket.Entry(bucket[BitOperations.TrailingZeroCount(candidates)]);
                ref readonly ConntrackSlot slot = ref Slots[entry];
                if (slot.Expires <= now) return 0;
                if (slot.MayBe(key, reply: false) && !slot.Has(ConntrackStatus.NatClash) && IsSought(entry, reply: false, key, tuple, self: 0))
                    return slot.IsToItself ? entry << 1 | 1 : entry << 1;
                if (slot.MayBe(key, reply: true) && IsSought(entry, reply: true, key, tuple, self: 0)) return entry << 1 | 1;
            }

            int overflow = bucket.Overflow;
            if (overflow == 0) return 0;
            bucket = ref _overflow[overflow];
        }
    }

    /// <summary>Takes the numbers of paths from all entries.</summary>
    public void ForgetPaths()
    {
        for (int entry = 1; entry < Used; entry++) Slots[entry].OriginalPath = Slots[entry].ReplyPath = 0;
    }
}
