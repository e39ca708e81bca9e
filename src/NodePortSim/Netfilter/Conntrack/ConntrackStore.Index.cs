using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <content>
/// The index: both tuples of every confirmed entry hang in one table of chains. A link is the entry's number doubled, plus 1 for its reply
/// tuple; 0 ends a chain. Buckets are taken from the hash's high bits, so that the kernel's buckets are runs of ours, whatever our size.
/// </content>
internal sealed partial class ConntrackStore
{
    private const int KernelBucketBits = 18;

    private int[] _buckets;
    private int _shift;

    /// <summary>Finds the link of a tuple; 0 for none. Expired entries on the way are removed (spec netfilter-datapath 2.4).</summary>
    public int Find(in FlowTuple tuple, uint hash)
    {
    again:
        int link = _buckets[hash >> _shift];
        while (link != 0)
        {
            ref ConntrackSlot slot = ref Slots[link >> 1];
            if (slot.Expires <= Now)
            {
                Remove(link >> 1);
                goto again;
            }

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

    /// <summary>Whether a reply tuple is used by another flow than that of <paramref name="self"/> (spec netfilter-datapath 3.2).</summary>
    public bool IsTaken(in FlowTuple reply, uint hash, int self)
    {
    again:
        int link = _buckets[hash >> _shift];
        while (link != 0)
        {
            ref ConntrackSlot slot = ref Slots[link >> 1];
            if (slot.Expires <= Now)
            {
                Remove(link >> 1);
                goto again;
            }

            bool isReply = (link & 1) != 0;
            if ((isReply ? slot.ReplyHash : slot.OriginalHash) == hash
                && TupleHash.Same(isReply ? slot.Reply : slot.Original, reply)
                && !TupleHash.Same(slot.Original, Slots[self].Original))
            {
                Statistics.Found++;
                return true;
            }

            link = isReply ? slot.NextReply : slot.NextOriginal;
        }

        return false;
    }

    /// <summary>Puts an entry into the table. Its tuples must not be there.</summary>
    public void Insert(int entry, bool replyOnly)
    {
        ref ConntrackSlot slot = ref Slots[entry];
        if (!replyOnly) Link(slot.OriginalHash, entry << 1);
        Link(slot.ReplyHash, entry << 1 | 1);
        slot.Status |= ConntrackStatus.Confirmed;
        slot.Expires += Now;
    }

    /// <summary>
    /// The table is full: of the eight kernel buckets that begin at the hash's, the first that holds entries without ASSURED loses them all
    /// (spec netfilter-datapath 2.12). False where there is none.
    /// </summary>
    public bool EarlyDrop(uint hash)
    {
        uint first = hash >> (32 - KernelBucketBits);
        for (uint i = 0; i < 8; i++)
        {
            uint kernelBucket = (first + i) & ((1u << KernelBucketBits) - 1);
            int dropped = 0;
            uint low = kernelBucket << (32 - KernelBucketBits), high = low + ((1u << (32 - KernelBucketBits)) - 1);
            for (uint bucket = low >> _shift; bucket <= high >> _shift; bucket++)
            {
                while (FirstUnassured((int)bucket, kernelBucket) is int entry and not 0)
                {
                    Remove(entry);
                    dropped++;
                }
            }

            if (dropped == 0) continue;
            Statistics.EarlyDrop += dropped;
            return true;
        }

        return false;
    }

    private int FirstUnassured(int bucket, uint kernelBucket)
    {
        int link = _buckets[bucket];
        while (link != 0)
        {
            ref ConntrackSlot slot = ref Slots[link >> 1];
            bool reply = (link & 1) != 0;
            uint hash = reply ? slot.ReplyHash : slot.OriginalHash;
            if (hash >> (32 - KernelBucketBits) == kernelBucket && !slot.Has(ConntrackStatus.Assured)) return link >> 1;
            link = reply ? slot.NextReply : slot.NextOriginal;
        }

        return 0;
    }

    private void Link(uint hash, int link)
    {
        ref int head = ref _buckets[hash >> _shift];
        Next(link) = head;
        head = link;
    }

    private void Unlink(uint hash, int link)
    {
        ref int place = ref _buckets[hash >> _shift];
        while (place != link) place = ref Next(place);
        place = Next(link);
    }

    private ref int Next(int link)
    {
        ref ConntrackSlot slot = ref Slots[link >> 1];
        if ((link & 1) != 0) return ref slot.NextReply;
        return ref slot.NextOriginal;
    }

    private void GrowIndex(int size)
    {
        _buckets = new int[size];
        _shift = 32 - int.Log2(size);
        for (int entry = 1; entry < Used; entry++)
        {
            if (!IsInTable(entry)) continue;
            if (!Slots[entry].Has(ConntrackStatus.NatClash)) Link(Slots[entry].OriginalHash, entry << 1);
            Link(Slots[entry].ReplyHash, entry << 1 | 1);
        }

        GrowSources(size);
    }
}
