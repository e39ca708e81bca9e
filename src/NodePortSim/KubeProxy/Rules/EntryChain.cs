using NodePortSim.Collections;
using NodePortSim.Iptables;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>A fixed chain with the entries of all services: KUBE-SERVICES, KUBE-NODEPORTS, …. It is made when somebody first looks. Thread-safe.</summary>
internal sealed class EntryChain(IptablesTable table, string name)
{
    private Source? _source;
    private Chain? _made;

    private EntryChain(IptablesTable table, string name, Source source)
        : this(table, name) => _source = source;

    public string Name { get; } = name;

    public Chain Chain
    {
        get
        {
            if (Volatile.Read(ref _made) is { } known) return known;
            if (Volatile.Read(ref _source) is not { } source) return Volatile.Read(ref _made)!;
            Chain chain = Interlocked.CompareExchange(ref _made, Make(source), null) ?? _made;

            // What it was made of is let go: the chain may outlive many later versions of it.
            Volatile.Write(ref _source, null);
            return chain;
        }
    }

    public static EntryChain Of(IptablesTable table, string name, FixedChains around, ServiceRules services) => new(table, name, new Source(around, services));

    /// <summary>The chain in a later version in which its rules are the same.</summary>
    public EntryChain KeptIn(FixedChains around, ServiceRules services) =>
        Volatile.Read(ref _made) is null ? Of(table, Name, around, services) : this;

    private Chain Make(Source source)
    {
        (EntryRule[] first, EntryRule[] last) = source.Around.RulesAround(table);
        var rules = new List<Rule>();
        Collect(rules, first);
        foreach (ServicePortRules service in source.Services.InOrder) Collect(rules, service.Entries(table));
        Collect(rules, last);
        return new Chain(Name, null, rules.ToEquatableArray());
    }

    private void Collect(List<Rule> rules, EntryRule[] entries)
    {
        foreach (ref readonly EntryRule entry in entries.AsSpan())
            if (string.Equals(entry.Chain, Name, StringComparison.Ordinal)) rules.Add(entry.Rule);
    }

    private sealed record Source(FixedChains Around, ServiceRules Services);
}
