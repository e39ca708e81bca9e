using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;

namespace NodePortSim.Netfilter.Rules;

/// <summary>A chain in the form that is executed: made once of a <see cref="Chain"/>, and shared by all machines that have it. Immutable; thread-safe.</summary>
/// <remarks>What it calls or counts on is kept by name, in lists; a machine's <see cref="LoadedChain"/> has its own objects at the same places.</remarks>
internal sealed class PreparedChain
{
    private readonly List<string> _callees = [];
    private readonly List<object?> _places = [];
    private readonly List<string> _recentLists = [];
    private readonly List<string> _accountingObjects = [];

    private PreparedChain(Chain chain)
    {
        Chain = chain;
        var slots = new Slots();
        Rules = new PreparedRule[chain.Rules.Count];
        for (int i = 0; i < Rules.Length; i++) Rules[i] = Prepare(chain.Rules[i], slots);
        Index = ExactMatchIndex.Of(Rules);
    }

    /// <summary>The chain that this was made of.</summary>
    public Chain Chain { get; }

    /// <summary>The rules, in order.</summary>
    public PreparedRule[] Rules { get; }

    /// <summary>Where the compiled execution finds the rules that a packet may match; null where it tries all.</summary>
    public ExactMatchIndex? Index { get; }

    /// <summary>The names of the chains that rules jump or go to, each once.</summary>
    public IReadOnlyList<string> Callees => _callees;

    /// <summary>Where the writer of the rules has those chains, at the same places: see <see cref="JumpTarget.Place"/>.</summary>
    public IReadOnlyList<object?> CalleePlaces => _places;

    /// <summary>The names of the recent lists that rules use, each once.</summary>
    public IReadOnlyList<string> RecentLists => _recentLists;

    /// <summary>The names of the accounting objects that rules count on, each once.</summary>
    public IReadOnlyList<string> AccountingObjects => _accountingObjects;

    /// <summary>How many matches remember something from packet to packet.</summary>
    public int MemoryCount { get; private set; }

    /// <summary>Whether a rule needs conntrack (spec netfilter-datapath 1.3).</summary>
    public bool NeedsConntrack { get; private set; }

    /// <summary>Whether a rule has a target that not every table and hook takes.</summary>
    public bool HasLimitedTarget { get; private set; }

    /// <summary>The executable form of a chain.</summary>
    /// <param name="chain">The chain.</param>
    public static PreparedChain Of(Chain chain)
    {
        if (Volatile.Read(ref chain.Derived) is PreparedChain known && ReferenceEquals(known.Chain, chain)) return known;

        // Two threads may both make it: their results are the same, and one of them stays.
        var made = new PreparedChain(chain);
        Volatile.Write(ref chain.Derived, made);
        return made;
    }

    private PreparedRule Prepare(Rule rule, Slots slots)
    {
        TargetCode target = CodeOf(rule.Target);
        NeedsConntrack |= TargetDomain.NeedsConntrack(target);
        HasLimitedTarget |= TargetDomain.OnlyTable(target) is not null;
        var matches = new List<PreparedMatch>(rule.Matches.Count);
        foreach (Match match in rule.Matches)
            if (match is not CommentMatch) matches.Add(Prepare(match, slots));
        return new PreparedRule
        {
            Tests = TestsOf(rule),
            Protocol = rule.Protocol?.Protocol ?? default,
            Source = rule.Source is { } source ? new PreparedNetwork(source.Network) : default,
            Destination = rule.Destination is { } destination ? new PreparedNetwork(destination.Network) : default,
            Matches = [.. matches],
            Target = target,
            Callee = rule.Target switch
            {
                JumpTarget jump => CalleeSlotOf(slots, jump.Chain, jump.Place),
                GotoTarget jump => CalleeSlotOf(slots, jump.Chain, null),
                _ => -1,
            },
            Rule = rule,
        };
    }

    private PreparedMatch Prepare(Match match, Slots slots)
    {
        NeedsConntrack |= match is ConntrackMatch or StateMatch or ConnmarkMatch;
        return match switch
        {
            PortMatch => new PreparedMatch(MatchCode.Ports, match, -1),
            MultiportMatch => new PreparedMatch(MatchCode.Multiport, match, -1),
            IcmpMatch => new PreparedMatch(MatchCode.Icmp, match, -1),
            IpRangeMatch => new PreparedMatch(MatchCode.IpRange, match, -1),
            LengthMatch => new PreparedMatch(MatchCode.Length, match, -1),
            PhysdevMatch => new PreparedMatch(MatchCode.Physdev, match, -1),
            AddressTypeMatch => new PreparedMatch(MatchCode.AddressType, match, -1),
            MarkMatch => new PreparedMatch(MatchCode.Mark, match, -1),
            ConntrackMatch => new PreparedMatch(MatchCode.Conntrack, match, -1),
            StateMatch => new PreparedMatch(MatchCode.State, match, -1),
            ConnmarkMatch => new PreparedMatch(MatchCode.Connmark, match, -1),
            NthMatch => new PreparedMatch(MatchCode.Nth, match, MemoryCount++),
            LimitMatch => new PreparedMatch(MatchCode.Limit, match, MemoryCount++),
            StatisticMatch => new PreparedMatch(MatchCode.Random, match, -1),
            RecentMatch m => new PreparedMatch(MatchCode.Recent, match, SlotOf(_recentLists, slots.RecentLists, m.ListName)),
            NfacctMatch m => new PreparedMatch(MatchCode.Accounting, match, SlotOf(_accountingObjects, slots.AccountingObjects, m.ObjectName)),
            _ => throw new NotSupportedException($"chain {Chain.Name}: no execution for {match.GetType().Name}"),
        };
    }

    private TargetCode CodeOf(Target? target) => target switch
    {
        null or LogTarget => TargetCode.None,
        AcceptTarget => TargetCode.Accept,
        DropTarget => TargetCode.Drop,
        ReturnTarget => TargetCode.Return,
        JumpTarget => TargetCode.Jump,
        GotoTarget => TargetCode.Goto,
        MarkTarget => TargetCode.Mark,
        SetConnmarkTarget => TargetCode.SetConnmark,
        SaveConnmarkTarget => TargetCode.SaveConnmark,
        RestoreConnmarkTarget => TargetCode.RestoreConnmark,
        NoTrackTarget => TargetCode.NoTrack,
        RejectTarget => TargetCode.Reject,
        DnatTarget => TargetCode.Dnat,
        RedirectTarget => TargetCode.Redirect,
        SnatTarget => TargetCode.Snat,
        MasqueradeTarget => TargetCode.Masquerade,
        _ => throw new NotSupportedException($"chain {Chain.Name}: no execution for {target.GetType().Name}"),
    };

    private static HeaderTests TestsOf(Rule rule)
    {
        HeaderTests tests = HeaderTests.None;
        if (rule.Source is { } source) tests |= HeaderTests.Source | (source.Inverted ? HeaderTests.SourceInverted : 0);
        if (rule.Destination is { } destination) tests |= HeaderTests.Destination | (destination.Inverted ? HeaderTests.DestinationInverted : 0);
        if (rule.InInterface is not null) tests |= HeaderTests.InInterface;
        if (rule.OutInterface is not null) tests |= HeaderTests.OutInterface;
        if (rule.Protocol is { } protocol) tests |= HeaderTests.Protocol | (protocol.Inverted ? HeaderTests.ProtocolInverted : 0);
        return tests;
    }

    private int CalleeSlotOf(Slots slots, string chain, object? place)
    {
        int slot = SlotOf(_callees, slots.Callees, chain);
        if (slot == _places.Count) _places.Add(place);
        return slot;
    }

    private static int SlotOf(List<string> names, Dictionary<string, int> slots, string name)
    {
        if (slots.TryGetValue(name, out int slot)) return slot;
        slots.Add(name, names.Count);
        names.Add(name);
        return names.Count - 1;
    }

    /// <summary>The places of names while a chain is prepared: a chain of dispatch has thousands.</summary>
    private sealed class Slots
    {
        public Dictionary<string, int> Callees { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, int> RecentLists { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, int> AccountingObjects { get; } = new(StringComparer.Ordinal);
    }
}
