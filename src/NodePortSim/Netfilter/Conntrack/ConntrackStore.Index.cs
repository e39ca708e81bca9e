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
    /// <summary>Tuples for each bucket, on average: the index takes 6.4 bytes for each.</summary>
    private const int Load = 5;

    private const int FirstBuckets = 16, KernelBucketBits = 18;

    private ChunkedArray<TupleBucket> _buckets;
    private uint _bucketCount = FirstBuckets, _mask = FirstBuckets - 1;
    private int _links;

    /// <summary>Finds a tuple: the entry's number doubled, plus 1 where it is its reply tuple; 0 for none. Expired entries on the way are removed (spec netfilter-datapath 2.4).</summary>
    public int Find(in TupleKey key, in FlowTuple tuple) => Find(key, tuple, self: 0);

    /// <summary>What stands for the tuple where its key says all, because it is IPv4's: nothing looks at it.</summary>
    public static ref readonly FlowTuple NoTuple => ref Nothing[0];

    private static readonly FlowTuple[] Nothing = new FlowTuple[1];

    /// <summary>Whether a reply tuple is used by another flow than that of <paramref name="self"/> (spec netfilter-datapath 3.2).</summary>
    public bool IsTaken(in TupleKey key, in FlowTuple reply, int self)
    {
        if (Find(key, reply, self) == 0) return false;
        Statistics.Found++;
        return true;
    }

    /// <summary>Asks for the bucket of a hash, for a look-up that follows soon.</summary>
    public void PrefetchBucket(uint hash) => CacheHint.Prefetch(ref BucketOf(hash));

    /// <summary>Asks for the entry that a look-up of the hash will visit first. The bucket should have come by now.</summary>
    public void PrefetchEntry(uint hash)
    {
        ref TupleBucket bucket = ref BucketOf(hash);
        uint candidates = bucket.Candidates(hash);
        if (candidates == 0) return;
        int entry = TupleBucket.Entry(bucket[BitOperations.TrailingZeroCount(candidates)]);
        CacheHint.Prefetch(ref Slots[entry]);
        if (Tcp.Has(entry)) CacheHint.Prefetch(ref Tcp[entry]);
    }

    /// <summary>Puts an entry into the table. Its tuples must not be there.</summary>
    public void Insert(int entry, bool replyOnly) => Insert(entry, replyOnly, replyOnly ? 0 : HashOf(entry, reply: false), HashOf(entry, reply: true));

    /// <summary>The same for who knows the tuples' hashes.</summary>
    public void Insert(int entry, bool replyOnly, uint originalHash, uint replyHash)
    {
        ref ConntrackSlot slot = ref Slots[entry];
        slot.Status |= ConntrackStatus.Confirmed;
        slot.Expires += Now;
        slot.IsToItself = slot.OriginalAddresses == slot.ReplyAddresses && slot.OriginalPorts == slot.ReplyPorts
            && TupleHash.Same(Tuple(entry, reply: false), Tuple(entry, reply: true));
        BeginExpiry(entry, slot.Expires);
        if (!replyOnly) Link(entry, originalHash);
        Link(entry, replyHash);
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

    /// <summary>The key of an entry's tuple.</summary>
    public TupleKey KeyOf(int entry, bool reply)
    {
        ref readonly ConntrackSlot slot = ref Slots[entry];
        if (slot.IsWide(reply)) return KeyOfWide(entry, reply);
        return Hash.KeyOfNarrow(reply ? slot.ReplyAddresses : slot.OriginalAddresses, reply ? slot.ReplyPorts : slot.OriginalPorts, slot.Protocol);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private TupleKey KeyOfWide(int entry, bool reply) => Hash.KeyOf(Tuple(entry, reply));

    /// <summary>Finds a tuple that an entry has: <see cref="Find(in TupleKey, in FlowTuple)"/>.</summary>
    public int Find(in TupleKey key, int entry, bool reply)
    {
        return key.IsWide ? FindWide(key, entry, reply) : Find(key, NoTuple, self: 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int FindWide(in TupleKey key, int entry, bool reply) => Find(key, Tuple(entry, reply), self: 0);

    private int Find(in TupleKey key, in FlowTuple tuple, int self)
    {
    again:
        ref TupleBucket bucket = ref BucketOf(key.Hash);
        while (true)
        {
            for (uint candidates = bucket.Candidates(key.Hash); candidates != 0; candidates &= candidates - 1)
            {
                int entry = TupleBucket.Entry(bucket[BitOperations.TrailingZeroCount(candidates)]);
                ref readonly ConntrackSlot slot = ref Slots[entry];
                if (slot.Expires <= Now)
                {
                    Remove(entry);
                    goto again;
                }

                if (slot.MayBe(key, reply: false) && !slot.Has(ConntrackStatus.NatClash) && IsSought(entry, reply: false, key, tuple, self))
                {
                    // A flow to itself has one tuple for both directions: its packets count as answers.
                    return slot.IsToItself ? entry << 1 | 1 : entry << 1;
                }

                if (slot.MayBe(key, reply: true) && IsSought(entry, reply: true, key, tuple, self)) return entry << 1 | 1;
            }

            int overflow = bucket.Overflow;
            if (overflow == 0) return 0;
            bucket = ref _overflow[overflow];
        }
    }

    private bool IsSought(int entry, bool reply, in TupleKey key, in FlowTuple tuple, int self) =>
        (!key.IsWide || Has(entry, reply, tuple)) && (self == 0 || !SameOriginal(entry, self));

    /// <summary>Not inlined, because only tuples with IPv6 addresses come here, and room for whole tuples costs every look-up something.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Has(int entry, bool reply, in FlowTuple tuple) => TupleHash.Same(Tuple(entry, reply), tuple);

    private bool SameOriginal(int entry, int other)
    {
        ref readonly ConntrackSlot a = ref Slots[entry];
        ref readonly ConntrackSlot b = ref Slots[other];
        return a.OriginalAddresses == b.OriginalAddresses && a.OriginalPorts == b.OriginalPorts && a.Protocol == b.Protocol
            && a.IsWide(reply: false) == b.IsWide(reply: false)
            && (!a.IsWide(reply: false) || Has(entry, reply: false, Tuple(other, reply: false)));
    }

    private int FirstUnassured(int bucketNumber, uint kernelBucket, uint kernelMask)
    {
        TupleBucket bucket = _buckets[bucketNumber];
        while (true)
        {
            foreach (uint cell in bucket)
            {
                int entry = TupleBucket.Entry(cell);
                if (TupleBucket.IsEntry(cell) && !Slots[entry].Has(ConntrackStatus.Assured) && (IsIn(entry, reply: false) || IsIn(entry, reply: true))) return entry;
            }

            if (bucket.Overflow == 0) return 0;
            bucket = _overflow[bucket.Overflow];
        }

        bool IsIn(int entry, bool reply) =>
            (HashOf(entry, reply) & kernelMask) == kernelBucket && (reply || !Slots[entry].Has(ConntrackStatus.NatClash));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint BucketNumber(uint hash)
    {
        // Buckets from the first that was not split yet in this round on are as many as there were before it.
        uint bucket = hash & _mask;
        uint isBeyond = (_bucketCount - 1 - bucket) >> 31; // Without a branch: nobody could foresee it.
        return hash & _mask >> (int)isBeyond;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref TupleBucket BucketOf(uint hash) => ref _buckets[(int)BucketNumber(hash)];
}
