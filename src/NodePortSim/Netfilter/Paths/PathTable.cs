using System.Runtime.CompilerServices;

namespace NodePortSim.Netfilter.Paths;

/// <summary>The known paths of one machine. Flows whose packets meet the same rules and go the same way share one.</summary>
/// <remarks>
/// A number of paths that were forgotten since is known to be old, because numbers go on; when they have run out, entries must forget theirs
/// (<see cref="HasRunOut"/>) before they begin anew. Packets are counted on their path, and
/// added to the counters of the path's rules by <see cref="Settle"/>, before anybody looks at these. Not thread-safe.
/// </remarks>
internal sealed class PathTable
{
    /// <summary>How many paths are known at most; flows that would need another one take the general way.</summary>
    public const int MaxPaths = 4096;

    private const int FirstNumber = 1;

    private readonly Dictionary<int, int> _firstOfHash = [];
    private KnownPath[] _paths = [];
    private CountedRule[][] _rules = [];
    private int[] _nextOfHash = [];
    private int _first = FirstNumber;
    private bool _isUnsettled;

    /// <summary>How many paths are known.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there are not enough numbers left; only while no path is known.</summary>
    public bool HasRunOut => Count == 0 && _first > ushort.MaxValue - MaxPaths;

    /// <summary>The path of a number, or a null reference where the number is none, or old.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref KnownPath Find(ushort number)
    {
        uint index = unchecked((uint)(number - _first));
        if (index >= (uint)Count) return ref Unsafe.NullRef<KnownPath>();
        return ref _paths[index];
    }

    /// <summary>Counts a packet on a path.</summary>
    /// <param name="path">One that <see cref="Find"/> gave.</param>
    /// <param name="length">The packet's length in bytes, IP header included.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Count1(ref KnownPath path, int length)
    {
        path.Packets++;
        path.Bytes += (uint)length;
        _isUnsettled = true;
    }

    /// <summary>The number of a path, known before or not; 0 where there are too many.</summary>
    /// <param name="path">The path.</param>
    /// <param name="rules">The counters that its packets are counted on, each as often as they are.</param>
    public ushort Intern(in KnownPath path, ReadOnlySpan<CountedRule> rules)
    {
        int hash = HashOf(path, rules);
        bool isHashKnown = _firstOfHash.TryGetValue(hash, out int first);
        for (int i = isHashKnown ? first : -1; i >= 0; i = _nextOfHash[i])
            if (KnownPath.AreAlike(_paths[i], path) && rules.SequenceEqual(_rules[i])) return (ushort)(_first + i);
        if (Count == MaxPaths || _first > ushort.MaxValue - MaxPaths) return 0;
        if (Count == _paths.Length) Grow();
        _paths[Count] = path;
        _rules[Count] = rules.ToArray();
        _nextOfHash[Count] = isHashKnown ? first : -1;
        _firstOfHash[hash] = Count;
        return (ushort)(_first + Count++);
    }

    /// <summary>Gives the counters of rules what packets of known paths have counted.</summary>
    public void Settle()
    {
        if (!_isUnsettled) return;
        _isUnsettled = false;
        for (int i = 0; i < Count; i++)
        {
            ref KnownPath path = ref _paths[i];
            if (path.Packets == 0) continue;
            foreach (CountedRule counted in _rules[i])
            {
                if (counted.Rule == CountedRule.Policy) counted.Chain.PolicyCounter.Add(path.Packets, path.Bytes);
                else counted.Chain.Count(counted.Rule, path.Packets, path.Bytes);
            }

            path.Packets = path.Bytes = 0;
        }
    }

    /// <summary>Forgets all paths: what they rest on has changed. Their packets must be settled while their rules are still there.</summary>
    public void Clear()
    {
        Settle();
        if (Count == 0) return;
        _firstOfHash.Clear();
        Array.Clear(_rules, 0, Count);
        _first += Count;
        Count = 0;
    }

    /// <summary>Begins the numbers anew: no entry has one any longer.</summary>
    public void BeginAnew() => _first = FirstNumber;

    private void Grow()
    {
        int size = Math.Max(8, _paths.Length * 2);
        Array.Resize(ref _paths, size);
        Array.Resize(ref _rules, size);
        Array.Resize(ref _nextOfHash, size);
    }

    private static int HashOf(in KnownPath path, ReadOnlySpan<CountedRule> rules)
    {
        const int multiplier = 31;
        int hash = path.InInterface;
        unchecked
        {
            hash = hash * multiplier + path.OutInterface;
            hash = hash * multiplier + (int)path.Status;
            hash = hash * multiplier + (int)path.NextHop.Low;
            hash = hash * multiplier + (int)(path.FlowMark ^ path.MarkIn ^ path.MarkOut);
            foreach (CountedRule counted in rules) hash = (hash * multiplier + RuntimeHelpers.GetHashCode(counted.Chain)) * multiplier + counted.Rule;
        }

        return hash;
    }
}
