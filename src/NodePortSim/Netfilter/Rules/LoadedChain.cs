using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;

namespace NodePortSim.Netfilter.Rules;

/// <summary>A chain in one machine: the shared rules, and beside them what is the machine's own: counters, lists and the chains that are called.</summary>
/// <remarks>Its identity lasts as long as the chain's name does; a reload gives it other rules, so that callers need not be linked again.</remarks>
internal sealed class LoadedChain
{
    private PagedArray<PacketCounter> _counters;
    private PagedArray<LoadedChain> _called;

    public LoadedChain(IptablesTable table, PreparedChain prepared)
    {
        Table = table;
        Take(prepared);
        _counters = new PagedArray<PacketCounter>(prepared.Rules.Length);
        Memories = NewMemories(prepared);
    }

    /// <summary>The chain's table.</summary>
    public IptablesTable Table { get; }

    /// <summary>The shared, executable rules.</summary>
    public PreparedChain Prepared { get; private set; }

    /// <summary>The rules of <see cref="Prepared"/>, here too: a packet enters a dozen chains, one after the other, and each object on the way there is waited for.</summary>
    public PreparedRule[] Rules { get; private set; }

    /// <summary>The index of <see cref="Prepared"/>, as <see cref="Rules"/>.</summary>
    public ExactMatchIndex? Index { get; private set; }

    /// <summary>The chain's name.</summary>
    public string Name => Prepared.Chain.Name;

    /// <summary>Where the chain stands in its table; never too low, though a reload may leave it higher than it must be.</summary>
    public ChainLevel Level { get; set; }

    /// <summary>How many chains call this one.</summary>
    public int Callers { get; set; }

    /// <summary>The called chains, at the places of <see cref="PreparedChain.Callees"/>, where all were linked at once; none where each is when it is called.</summary>
    public IReadOnlyList<LoadedChain> Callees { get; private set; } = [];

    /// <summary>What the table knows the chain by beside its name.</summary>
    public object Owner { get; set; } = NoOwner;

    /// <summary>The owner of chains that have none.</summary>
    public static object NoOwner { get; } = new();

    /// <summary>The table, which loads chains that are called; null where all are linked.</summary>
    public LoadedTable? Home { get; init; }

    /// <summary>A called chain.</summary>
    /// <param name="slot">Its place among <see cref="PreparedChain.Callees"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LoadedChain Callee(int slot) => _called.ValueAt(slot) ?? LoadCallee(slot);

    /// <summary>Forgets the called chains; they are linked when they are called.</summary>
    public void LinkWhenCalled()
    {
        Callees = [];
        _called = new PagedArray<LoadedChain>(Prepared.Callees.Count);
    }

    /// <summary>Links the called chains.</summary>
    public void Link(LoadedChain[] callees)
    {
        LinkWhenCalled();
        for (int i = 0; i < callees.Length; i++) _called.At(i) = callees[i];
        Callees = callees;
    }

    /// <summary>The recent lists, at the places of <see cref="PreparedChain.RecentLists"/>.</summary>
    public RecentList[] RecentLists { get; set; } = [];

    /// <summary>The accounting objects, at the places of <see cref="PreparedChain.AccountingObjects"/>.</summary>
    public AccountingObject[] AccountingObjects { get; set; } = [];

    /// <summary>What matches remember, by their slots.</summary>
    public MatchMemory[] Memories { get; private set; }

    /// <summary>Counts a packet that a rule matched (spec netfilter-datapath 1.4).</summary>
    public void Count(int rule, int length) => _counters.At(rule).Add(length);

    /// <summary>Counts packets that a rule matched.</summary>
    public void Count(int rule, ulong packets, ulong bytes) => _counters.At(rule).Add(packets, bytes);

    /// <summary>The counter of the policy.</summary>
    public PacketCounter PolicyCounter;

    /// <summary>The counter of a rule.</summary>
    public RuleCounter CounterOf(int rule) => _counters.ValueAt(rule).Snapshot;

    /// <summary>Sets all counters to zero.</summary>
    public void Zero()
    {
        _counters.Clear();
        PolicyCounter = default;
    }

    /// <summary>Takes other rules.</summary>
    /// <param name="prepared">The rules.</param>
    /// <param name="isFlushed">Whether all rules are new; otherwise rules were only added or taken away, and those that stay keep their counters.</param>
    public void Replace(PreparedChain prepared, bool isFlushed)
    {
        if (!isFlushed && ReferenceEquals(prepared, Prepared)) return;
        var counters = new PagedArray<PacketCounter>(prepared.Rules.Length);
        MatchMemory[] memories = NewMemories(prepared);
        if (!isFlushed) CarryOver(prepared, counters, memories);
        (_counters, Memories) = (counters, memories);
        Take(prepared);
    }

    [MemberNotNull(nameof(Prepared), nameof(Rules))]
    private void Take(PreparedChain prepared)
    {
        Prepared = prepared;
        Rules = prepared.Rules;
        Index = prepared.Index;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private LoadedChain LoadCallee(int slot) => _called.At(slot) = Home!.Load(Prepared.Callees[slot], Prepared.CalleePlaces[slot]);

    /// <summary>Gives each rule that was there before what it had; the order of rules that stay does not change.</summary>
    private void CarryOver(PreparedChain prepared, PagedArray<PacketCounter> counters, MatchMemory[] memories)
    {
        int from = 0;
        for (int to = 0; to < counters.Length; to++)
        {
            for (int old = from; old < _counters.Length; old++)
            {
                if (!prepared.Rules[to].Rule.Equals(Prepared.Rules[old].Rule)) continue;
                if (_counters.ValueAt(old) is { IsZero: false } counter) counters.At(to) = counter;
                CarryOver(Prepared.Rules[old].Matches, prepared.Rules[to].Matches, memories);
                from = old + 1;
                break;
            }
        }
    }

    /// <summary>Equal rules have equal matches at the same places.</summary>
    private void CarryOver(PreparedMatch[] old, PreparedMatch[] now, MatchMemory[] memories)
    {
        for (int i = 0; i < now.Length; i++)
            if (now[i].Code is MatchCode.Nth or MatchCode.Limit) memories[now[i].Slot] = Memories[old[i].Slot];
    }

    private static MatchMemory[] NewMemories(PreparedChain prepared)
    {
        if (prepared.MemoryCount == 0) return [];
        var memories = new MatchMemory[prepared.MemoryCount];
        for (int i = 0; i < memories.Length; i++) memories[i] = new MatchMemory();
        return memories;
    }
}

/// <summary>Packets and bytes, counted in place.</summary>
internal struct PacketCounter
{
    private ulong _packets, _bytes;

    /// <summary>Counts a packet of <paramref name="length"/> bytes, IP header included.</summary>
    public void Add(int length)
    {
        _packets++;
        _bytes += (uint)length;
    }

    /// <summary>Counts packets and their bytes.</summary>
    public void Add(ulong packets, ulong bytes)
    {
        _packets += packets;
        _bytes += bytes;
    }

    /// <summary>Whether nothing was counted.</summary>
    public readonly bool IsZero => _packets == 0;

    /// <summary>The numbers as they stand.</summary>
    public readonly RuleCounter Snapshot => new(_packets, _bytes);
}
