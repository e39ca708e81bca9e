using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <content>
/// How links hang in the index. A bucket's overflow is a chain that begins behind the entry in its last cell and goes on from entry to
/// entry; there is one only while all cells are full, so that a bucket without it is known by its free last cell.
/// </content>
internal sealed partial class ConntrackStore
{
    private void Link(int link)
    {
        uint hash = HashOf(link);
        Link(ref BucketOf(hash), TupleBucket.Cell(hash, link));
        _links++;
    }

    private void Link(ref TupleBucket bucket, uint cell)
    {
        Next(TupleBucket.Link(cell)) = 0;
        for (int i = 0; i < TupleBucket.Cells; i++)
        {
            if (bucket[i] != 0) continue;
            bucket[i] = cell;
            return;
        }

        ref uint overflow = ref Next(TupleBucket.Link(bucket[TupleBucket.Last]));
        Next(TupleBucket.Link(cell)) = overflow;
        overflow = cell;
    }

    private void Unlink(int link)
    {
        uint hash = HashOf(link);
        uint cell = TupleBucket.Cell(hash, link);
        ref TupleBucket bucket = ref BucketOf(hash);
        _links--;
        for (int i = 0; i < TupleBucket.Cells; i++)
        {
            if (bucket[i] != cell) continue;
            Vacate(ref bucket, i);
            return;
        }

        ref uint place = ref Next(TupleBucket.Link(bucket[TupleBucket.Last]));
        while (place != cell) place = ref Next(TupleBucket.Link(place));
        place = Next(link);
    }

    /// <summary>Frees a cell; the first of the overflow takes its place.</summary>
    private void Vacate(ref TupleBucket bucket, int index)
    {
        uint last = bucket[TupleBucket.Last];
        uint first = last == 0 ? 0 : Next(TupleBucket.Link(last));
        bucket[index] = first;
        if (first == 0 || index == TupleBucket.Last) return;
        Next(TupleBucket.Link(last)) = Next(TupleBucket.Link(first));
        Next(TupleBucket.Link(first)) = 0;
    }

    /// <summary>Adds a bucket: the one that is next in turn gives it about half of its links.</summary>
    private void Split()
    {
        uint added = _bucketCount;
        if (added > _mask) _mask = _mask << 1 | 1;
        _buckets.Prepare((int)added);
        _bucketCount++;
        ref TupleBucket split = ref _buckets[(int)(added & _mask >> 1)];
        TupleBucket old = split;
        split = default;
        for (int i = 0; i < TupleBucket.Cells; i++)
        {
            uint cell = old[i];
            while (cell != 0)
            {
                int link = TupleBucket.Link(cell);
                uint next = i == TupleBucket.Last ? Next(link) : 0;
                Link(ref BucketOf(HashOf(link)), cell);
                cell = next;
            }
        }
    }

    private uint HashOf(int link)
    {
        bool reply = (link & 1) != 0;
        ref readonly ConntrackSlot slot = ref Slots[link >> 1];
        if (slot.IsWide(reply)) return Hash.KeyOf(Tuple(link >> 1, reply)).Hash;
        return Hash.OfNarrow(reply ? slot.ReplyAddresses : slot.OriginalAddresses, reply ? slot.ReplyPorts : slot.OriginalPorts, slot.Protocol);
    }

    private ref uint Next(int link)
    {
        ref ConntrackSlot slot = ref Slots[link >> 1];
        if ((link & 1) != 0) return ref slot.NextReply;
        return ref slot.NextOriginal;
    }
}
