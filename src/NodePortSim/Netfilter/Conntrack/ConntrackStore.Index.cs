using System.Numerics;
using System.Runtime.CompilerServices;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <content>
/// The index: both tuples of every confirmed entry hang in one table of buckets, found by the low bits of the hash. It grows by linear hashing:
/// one bucket at a time is split in two, so that no packet waits for more than a few.
/// </content>
internal sealed partial class ConntrackStore
{
    /// <summary>Links for each bucket, on average; with 16 bytes of a bucket that is 4 bytes for each link.</summary>
    private const int Load = 4;

    private const int FirstBuckets = 16, KernelBucketBits = 18;

    private ChunkedArray<TupleBucket> _buckets;
    private uint _bucketCount = FirstBuckets, _mask = FirstBuckets - 1;
    private int _links;

    /// <summary>Finds the link of a tuple; 0 for none. Expired entries on the way are removed (spec netfilter-datapath 2.4).</summary>
    public int Find(in TupleKey key, in FlowTuple tuple) => Find(key, tuple, self: 0);

    /// <summary>Whether a reply tuple is used by another flow than that of <paramref name="self"/> (spec netfilter-datapath 3.2).</summary>
    public bool IsTaken(in TupleKey key, in FlowTuple reply, int self)
    {
        if (Find(key, reply, self) == 0) return false;
        Statistics.Found++;
        return true;
    }

    /// <summary>Brings the bucket of a hash near, so that a look-up that follows soon need not wait for it. What it gives has no meaning.</summary>
    public uint Touch(uint hash) => BucketOf(hash)[0];

    /// <summary>Brings the entry near that a look-up of the hash will visit first. What it gives has no meaning.</summary>
    public long TouchEntry(uint hash)
    {
        ref TupleBucket bucket = ref BucketOf(hash);
        uint candidates = bucket.Candidates(hash);
        return candidates == 0 ? 0 : Slots[TupleBucket.Link(bucket[BitOperations.TrailingZeroCount(candidates)]) >> 1].Expires;
    }

    /// <summary>Puts an entry into the table. Its tuples must not be there.</summary>
    public void Insert(int entry, bool replyOnly)
    {
        ref ConntrackSlot slot = ref Slots[entry];
        slot.Status |= ConntrackStatus.Confirmed;
        slot.Expires += Now;
        BeginExpiry(entry, slot.Expires);
        if (!replyOnly) Link(entry << 1);
        Link(entry << 1 | 1);
        while (_links > _bucketCount * Load) Split();
    }

    /// <summary>
    /// The table is full: of the eight kernel buckets that begin at the hash's, the first that holds entries without ASSURED loses them all
    /// (spec netfilter-datapath 2.12). False where there is none.
    /// </summary>
    public bool EarlyDrop(uint hash)
    {
        const uint kernelMask = (1u << KernelBucketBits) - 1;
        for (uint i = 0; i < 8; i++)
        {
            uint kernelBucket = (hash + i) & kernelMask;
            int dropped = 0;

            // Hashes that are equal in the kernel's bits share one bucket of ours while we have fewer buckets than the kernel.
            uint step = _mask <= kernelMask ? _bucketCount : kernelMask + 1;
            for (uint bucket = _mask <= kernelMask ? BucketNumber(kernelBucket) : kernelBucket; bucket < _bucketCount; bucket += step)
            {
                while (FirstUnassured((int)bucket, kernelBucket, kernelMask) is int entry and not 0)
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

    private int Find(in TupleKey key, in FlowTuple tuple, int self)
    {
    again:
        ref TupleBucket bucket = ref BucketOf(key.Hash);
        for (uint candidates = bucket.Candidates(key.Hash); candidates != 0; candidates &= candidates - 1)
        {
            int link = TupleBucket.Link(bucket[BitOperations.TrailingZeroCount(candidates)]);
            ref ConntrackSlot slot = ref Slots[link >> 1];
            if (slot.Expires <= Now)
            {
                Remove(link >> 1);
                goto again;
            }

            if (slot.MayBe(key, (link & 1) != 0) && IsSought(ref link, slot, key, tuple, self)) return link;
        }

        return bucket[TupleBucket.Last] == 0 ? 0 : FindInOverflow(key, tuple, self);
    }

    private int FindInOverflow(in TupleKey key, in FlowTuple tuple, int self)
    {
    again:
        uint cell = BucketOf(key.Hash)[TupleBucket.Last];
        if (cell != 0) cell = Next(TupleBucket.Link(cell));
        while (cell != 0)
        {
            int link = TupleBucket.Link(cell);
            ref ConntrackSlot slot = ref Slots[link >> 1];
            if (slot.Expires <= Now)
            {
                Remove(link >> 1);
                goto again;
            }

            cell = Next(link);
            if (slot.MayBe(key, (link & 1) != 0) && IsSought(ref link, slot, key, tuple, self)) return link;
        }

        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsSought(ref int link, in ConntrackSlot slot, in TupleKey key, in FlowTuple tuple, int self)
    {
        if (key.IsWide && !TupleHash.Same(Tuple(link >> 1, (link & 1) != 0), tuple)) return false;
        if (self != 0 && SameOriginal(link >> 1, self)) return false;

        // A flow to itself has one tuple for both directions: its packets count as answers.
        if ((link & 1) == 0 && slot.OriginalAddresses == slot.ReplyAddresses && slot.OriginalPorts == slot.ReplyPorts
            && TupleHash.Same(Tuple(link >> 1, reply: true), tuple))
        {
            link |= 1;
        }

        return true;
    }

    private bool SameOriginal(int entry, int other)
    {
        ref readonly ConntrackSlot a = ref Slots[entry];
        ref readonly ConntrackSlot b = ref Slots[other];
        return a.OriginalAddresses == b.OriginalAddresses && a.OriginalPorts == b.OriginalPorts && a.Protocol == b.Protocol
            && TupleHash.Same(Tuple(entry, reply: false), Tuple(other, reply: false));
    }

    private int FirstUnassured(int bucket, uint kernelBucket, uint kernelMask)
    {
        for (int i = 0; i < TupleBucket.Cells; i++)
        {
            for (uint cell = _buckets[bucket][i]; cell != 0; cell = i == TupleBucket.Last ? Next(TupleBucket.Link(cell)) : 0)
            {
                int link = TupleBucket.Link(cell);
                if (!Slots[link >> 1].Has(ConntrackStatus.Assured) && (HashOf(link) & kernelMask) == kernelBucket) return link >> 1;
            }
        }

        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint BucketNumber(uint hash)
    {
        // Buckets from the first that was not split yet in this round on are as many as there were before it.
        uint bucket = hash & _mask;
        return bucket < _bucketCount ? bucket : hash & _mask >> 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref TupleBucket BucketOf(uint hash) => ref _buckets[(int)BucketNumber(hash)];
}
