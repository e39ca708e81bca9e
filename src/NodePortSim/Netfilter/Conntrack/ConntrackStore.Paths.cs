using System.Runtime.CompilerServices;
using NodePortSim.Net;
using NodePortSim.Netfilter.Paths;

namespace NodePortSim.Netfilter.Conntrack;

/// <content>What known paths need: a look at the index that changes nothing, and memory fetched ahead.</content>
internal sealed partial class ConntrackStore
{
    /// <summary>Finds the link of a tuple; 0 for none, and where an expired entry is met on the way, which <see cref="Find"/> would remove.</summary>
    public int Peek(in FlowTuple tuple, uint hash, long now)
    {
        ConntrackSlot[] slots = Slots;
        int link = _buckets[hash >> _shift];
        while (link != 0)
        {
            ref ConntrackSlot slot = ref slots[link >> 1];
            if (slot.Expires <= now) return 0;
            if ((link & 1) == 0)
            {
                if (slot.OriginalHash == hash && TupleHash.Same(slot.Original, tuple)) return link;
                link = slot.NextOriginal;
            }
            else
            {
                if (slot.ReplyHash == hash && TupleHash.Same(slot.Reply, tuple)) return link;
                link = slot.NextReply;
            }
        }

        return 0;
    }

    /// <summary>Takes the numbers of paths from all entries.</summary>
    public void ForgetPaths()
    {
        foreach (ref ConntrackSlot slot in Slots.AsSpan()) slot.OriginalPath = slot.ReplyPath = 0;
    }

    /// <summary>Has the processor fetch the bucket of a hash.</summary>
    public void PrefetchBucket(uint hash) => CachePrefetch.Line(ref _buckets[hash >> _shift]);

    /// <summary>Has the processor fetch the first entry of a hash's bucket, which the index must hold by now.</summary>
    public void PrefetchEntry(uint hash)
    {
        int entry = _buckets[hash >> _shift] >> 1;
        CachePrefetch.All(ref Slots[entry], Unsafe.SizeOf<ConntrackSlot>());
        CachePrefetch.All(ref Tcp[entry], Unsafe.SizeOf<TcpFlow>());
    }
}
