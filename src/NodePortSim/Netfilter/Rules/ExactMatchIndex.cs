using NodePortSim.Net;

namespace NodePortSim.Netfilter.Rules;

/// <summary>Finds, in runs of rules that each want one destination address or port, the rules that a packet may match, without trying the others.</summary>
/// <remarks>
/// kube-proxy's chains of dispatch are such runs: KUBE-SERVICES, KUBE-NODEPORTS, KUBE-EXTERNAL-SERVICES, KUBE-PROXY-FIREWALL. A rule that is passed
/// over would have failed before any match that counts, remembers or draws, so that leaving it out shows nowhere. A rule that is found is only a
/// candidate, because its hash is all that was compared: whoever asks tries it as any other. Immutable; thread-safe.
/// </remarks>
internal sealed class ExactMatchIndex
{
    /// <summary>Shorter runs are tried rule by rule: that costs less than a look-up.</summary>
    public const int ShortestRun = 4;

    private const int NoRun = -1;

    private readonly int[] _runOf;
    private Run[] _runs = [];

    private ExactMatchIndex(int rules)
    {
        _runOf = new int[rules];
        Array.Fill(_runOf, NoRun);
    }

    /// <summary>The index of a chain's rules, or null where no run is long enough.</summary>
    public static ExactMatchIndex? Of(PreparedRule[] rules)
    {
        ExactMatchIndex? index = null;
        int first = 0;
        while (first < rules.Length)
        {
            int end = first;
            while (end < rules.Length && ExactMatchKey.KindOf(rules[end]) != ExactMatchKind.None) end++;
            if (end - first >= ShortestRun) (index ??= new ExactMatchIndex(rules.Length)).Add(new Run(rules, first, end));
            first = end + 1;
        }

        return index;
    }

    /// <summary>The place of the first rule, from a place on, that a packet may match; the end of the chain where there is none.</summary>
    /// <param name="rule">The place to begin at.</param>
    /// <param name="packet">The packet.</param>
    public int Next(int rule, in Packet packet)
    {
        while ((uint)rule < (uint)_runOf.Length && _runOf[rule] is int run and not NoRun)
        {
            Run rules = _runs[run];
            int found = rules.Next(rule, packet);
            if (found < rules.End) return found;
            rule = found;
        }

        return rule;
    }

    private void Add(Run run)
    {
        _runOf.AsSpan(run.First, run.End - run.First).Fill(_runs.Length);
        _runs = [.. _runs, run];
    }

    /// <summary>The rules of one run by the hash of what they want: each bucket's rules lie side by side, in the chain's order.</summary>
    private sealed class Run
    {
        private readonly ExactMatchKind[] _kinds;
        private readonly int[] _starts;
        private readonly int[] _rules;
        private readonly int _shift;

        public Run(PreparedRule[] rules, int first, int end)
        {
            First = first;
            End = end;
            int bits = int.Log2(end - first) + 1;
            _shift = 32 - bits;
            _starts = new int[(1 << bits) + 1];
            _rules = new int[end - first];
            var buckets = new uint[end - first];
            var kinds = new SortedSet<ExactMatchKind>();
            for (int i = 0; i < buckets.Length; i++)
            {
                ExactMatchKind kind = ExactMatchKey.KindOf(rules[first + i]);
                kinds.Add(kind);
                buckets[i] = ExactMatchKey.Hash(rules[first + i], kind) >> _shift;
                _starts[buckets[i] + 1]++;
            }

            for (int bucket = 1; bucket < _starts.Length; bucket++) _starts[bucket] += _starts[bucket - 1];
            int[] next = [.. _starts];
            for (int i = 0; i < buckets.Length; i++) _rules[next[buckets[i]]++] = first + i;
            _kinds = [.. kinds];
        }

        /// <summary>The place of the run's first rule.</summary>
        public int First { get; }

        /// <summary>The place behind the run's last rule.</summary>
        public int End { get; }

        public int Next(int rule, in Packet packet)
        {
            int found = End;
            foreach (ExactMatchKind kind in _kinds)
            {
                uint bucket = ExactMatchKey.Hash(packet, kind) >> _shift;
                found = Math.Min(found, FirstFrom(rule, _starts[bucket], _starts[bucket + 1]));
            }

            return found;
        }

        /// <summary>By halves: rules that want the same are as many as the writer of the rules likes.</summary>
        private int FirstFrom(int rule, int low, int high)
        {
            int end = high;
            while (low < high)
            {
                int middle = (low + high) >>> 1;
                if (_rules[middle] < rule) low = middle + 1;
                else high = middle;
            }

            return low < end ? _rules[low] : End;
        }
    }
}
