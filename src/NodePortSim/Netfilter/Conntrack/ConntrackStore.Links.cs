using System.Numerics;

namespace NodePortSim.Netfilter.Conntrack;

/// <content>How entries get into buckets and out of them, and how the index grows.</content>
internal sealed partial class ConntrackStore
{
    private ChunkedArray<TupleBucket> _overflow;
    private int _overflowUsed = 1, _overflowFree;

    private void Link(int entry, uint hash)
    {
        Link(ref BucketOf(hash), TupleBucket.Cell(hash, entry));
        _links++;
    }

    private void Link(ref TupleBucket bucket, uint cell)
    {
        while (true)
        {
            uint free = bucket.Places(0);
            if (free != 0)
            {
                bucket[BitOperations.TrailingZeroCount(free)] = cell;
                return;
            }

            if (bucket.Overflow == 0)
            {
                int added = AddOverflow();
                _overflow[added][0] = bucket[TupleBucket.Last];
                bucket[TupleBucket.Last] = (uint)added;
            }

            bucket = ref _overflow[bucket.Overflow];
        }
    }

    private void Unlink(int entry, bool reply)
    {
        uint hash = HashOf(entry, reply);
        uint cell = TupleBucket.Cell(hash, entry);
        ref TupleBucket bucket = ref BucketOf(hash);
        _links--;
        if (bucket.Overflow != 0)
        {
            Refill(ref bucket, cell);
            return;
        }

        bucket[BitOperations.TrailingZeroCount(bucket.Places(cell))] = 0;
    }

    /// <summary>Packs a bucket and its overflow anew without a cell.</summary>
    private void Refill(ref TupleBucket bucket, uint without)
    {
        TupleBucket old = bucket;
        bucket = default;
        do
        {
            foreach (uint cell in old)
            {
                if (cell == without) without = 0; // Once: both tuples of an entry may have the same cell.
                else if (TupleBucket.IsEntry(cell)) Link(ref bucket, cell);
            }
        }
        while (TakeOverflow(ref old));
    }

    /// <summary>Adds a bucket: the one that is next in turn gives it about half of its entries.</summary>
    private void Split()
    {
        uint added = _bucketCount;
        if (added > _mask) _mask = _mask << 1 | 1;
        _buckets.Prepare((int)added);
        _bucketCount++;
        uint splitNumber = added & _mask >> 1;
        ref TupleBucket split = ref _buckets[(int)splitNumber];
        TupleBucket old = split;
        split = default;
        do
        {
            foreach (uint cell in old)
            {
                if (TupleBucket.IsEntry(cell)) Link(ref _buckets[(int)Destination(cell, splitNumber, added)], cell);
            }
        }
        while (TakeOverflow(ref old));
    }

    /// <summary>Which of the two a cell goes to. Where an entry's tuples have the same cell, either may stand for either: one for each.</summary>
    private uint Destination(uint cell, uint split, uint added)
    {
        int entry = TupleBucket.Entry(cell);
        uint original = HashOf(entry, reply: false), reply = HashOf(entry, reply: true);
        bool mayBeOriginal = !Slots[entry].Has(ConntrackStatus.NatClash) && IsOf(original), mayBeReply = IsOf(reply);
        if (!mayBeReply) return BucketNumber(original);
        if (!mayBeOriginal || BucketNumber(original) == BucketNumber(reply)) return BucketNumber(reply);
        return Holds(_buckets[(int)split], cell) ? added : split;

        bool IsOf(uint hash) => TupleBucket.Cell(hash, entry) == cell && BucketNumber(hash) is uint number && (number == split || number == added);
    }

    private bool Holds(TupleBucket bucket, uint cell)
    {
        while (true)
        {
            foreach (uint other in bucket)
            {
                if (other == cell) return true;
            }

            if (bucket.Overflow == 0) return false;
            bucket = _overflow[bucket.Overflow];
        }
    }

    private int AddOverflow()
    {
        int added = _overflowFree;
        if (added != 0) _overflowFree = (int)_overflow[added][0];
        else _overflow.Prepare(added = _overflowUsed++);
        _overflow[added] = default;
        return added;
    }

    /// <summary>Goes on to a bucket's overflow, and frees it. False where there is none.</summary>
    private bool TakeOverflow(ref TupleBucket bucket)
    {
        int taken = bucket.Overflow;
        if (taken == 0) return false;
        bucket = _overflow[taken];
        _overflow[taken][0] = (uint)_overflowFree;
        _overflowFree = taken;
        return true;
    }

    private uint HashOf(int entry, bool reply)
    {
        ref readonly ConntrackSlot slot = ref Slots[entry];
        if (slot.IsWide(reply)) return KeyOfWide(entry, reply).Hash;
        return Hash.OfNarrow(reply ? slot.ReplyAddresses : slot.OriginalAddresses, reply ? slot.ReplyPorts : slot.OriginalPorts, slot.Protocol);
    }
}
