using NodePortSim.Net;
using NodePortSim.Netfilter.Nat;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>
/// The flows whose source is translated, by where they come from: SNAT without random gives a source the translation that it has
/// already (spec netfilter-datapath 3.3). The newest comes first; unconfirmed entries are among them.
/// </summary>
/// <remarks>Made when it is first asked. kube-proxy masquerades with --random-fully, which never asks. Grows by linear hashing, as the store's index does.</remarks>
internal sealed class SourceIndex
{
    private const int Load = 2, FirstBuckets = 16;

    private readonly ConntrackStore _store;
    private ChunkedArray<Neighbours> _neighbours;
    private ChunkedArray<int> _heads;
    private uint _bucketCount = FirstBuckets, _mask = FirstBuckets - 1;
    private int _count;

    public SourceIndex(ConntrackStore store)
    {
        _store = store;
        for (int bucket = 0; bucket < FirstBuckets; bucket++) _heads.Prepare(bucket);
        List<int> translated = [];
        for (int entry = 1; entry < store.Used; entry++)
        {
            if (IsTranslated(entry)) translated.Add(entry);
        }

        translated.Sort((a, b) => store.Slots[a].Serial.CompareTo(store.Slots[b].Serial));
        foreach (int entry in translated) Link(entry);
    }

    public void Link(int entry)
    {
        _neighbours.Prepare(entry);
        ref int head = ref HeadOf(entry);
        _neighbours[entry] = new Neighbours { Next = head };
        if (head != 0) _neighbours[head].Previous = entry;
        head = entry;
        if (++_count > _bucketCount * Load) Split();
    }

    public void Unlink(int entry)
    {
        Neighbours neighbours = _neighbours[entry];
        if (neighbours.Previous != 0) _neighbours[neighbours.Previous].Next = neighbours.Next;
        else HeadOf(entry) = neighbours.Next;
        if (neighbours.Next != 0) _neighbours[neighbours.Next].Previous = neighbours.Previous;
        _count--;
    }

    /// <summary>Finds the newest flow of the same source whose translated source lies in the range; 0 for none.</summary>
    public int Find(in FlowTuple original, in NatRange range)
    {
        int entry = _heads[Bucket(_store.Hash.OfSource(original))];
        while (entry != 0)
        {
            FlowTuple other = _store.Tuple(entry, reply: false);
            if (other.SourcePort == original.SourcePort && other.Protocol == original.Protocol && other.Source == original.Source
                && range.Holds(_store.Tuple(entry, reply: true)))
            {
                return entry;
            }

            entry = _neighbours[entry].Next;
        }

        return 0;
    }

    /// <summary>Says what is wrong with the chains, or null.</summary>
    public string? FindInconsistency()
    {
        int sources = 0, expected = 0;
        for (int bucket = 0; bucket < _bucketCount; bucket++)
        {
            int previous = 0;
            for (int entry = _heads[bucket]; entry != 0; previous = entry, entry = _neighbours[entry].Next, sources++)
            {
                if (_neighbours[entry].Previous != previous) return $"entry {entry} has a wrong neighbour among the sources";
                if (Bucket(_store.Hash.OfSource(_store.Tuple(entry, reply: false))) != bucket) return $"entry {entry} hangs at the wrong source";
                if (sources > _store.Used) return $"the sources of bucket {bucket} are a circle";
            }
        }

        for (int entry = 1; entry < _store.Used; entry++)
        {
            if (IsTranslated(entry)) expected++;
        }

        return sources == expected && sources == _count ? null : $"{sources} sources for {expected} translated flows, counted {_count}";
    }

    private bool IsTranslated(int entry) => (_store.Slots[entry].Status & (ConntrackStatus.SourceNat | ConntrackStatus.Dying)) == ConntrackStatus.SourceNat;

    private ref int HeadOf(int entry) => ref _heads[Bucket(_store.Hash.OfSource(_store.Tuple(entry, reply: false)))];

    private int Bucket(uint hash)
    {
        uint bucket = hash & _mask;
        return (int)(bucket < _bucketCount ? bucket : hash & _mask >> 1);
    }

    /// <summary>Adds a bucket; both chains keep the order of the one.</summary>
    private void Split()
    {
        uint added = _bucketCount;
        if (added > _mask) _mask = _mask << 1 | 1;
        _heads.Prepare((int)added);
        _bucketCount++;
        ref int split = ref _heads[(int)(added & _mask >> 1)];
        int entry = split, lastThatStays = 0, lastThatMoves = 0;
        split = 0;
        while (entry != 0)
        {
            int next = _neighbours[entry].Next;
            int bucket = Bucket(_store.Hash.OfSource(_store.Tuple(entry, reply: false)));
            ref int last = ref lastThatStays;
            if (bucket == (int)added) last = ref lastThatMoves;
            _neighbours[entry] = new Neighbours { Previous = last };
            if (last != 0) _neighbours[last].Next = entry;
            else _heads[bucket] = entry;
            last = entry;
            entry = next;
        }
    }

    private struct Neighbours
    {
        public int Next;
        public int Previous;
    }
}
