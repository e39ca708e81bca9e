using NodePortSim.Iptables;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>The rule sets that nodes have made of one state, so that nodes whose rules are the same hold the same objects. Thread-safe.</summary>
internal sealed class SharedRuleSets
{
    // Nodes differ where a service is local to them; beyond a few variants a search costs more than it saves.
    private const int MaxShared = 8;

    private readonly Lock _lock = new();
    private (RuleAssembly Assembly, RuleSet Rules)[] _known = [];

    /// <summary>The rule set of an assembly, another node's where that is the same.</summary>
    public RuleSet Of(RuleAssembly assembly)
    {
        foreach ((RuleAssembly known, RuleSet rules) in Volatile.Read(ref _known))
            if (known.GivesSameRules(assembly)) return rules;
        RuleSet made = assembly.MakeRuleSet();
        lock (_lock)
        {
            foreach ((RuleAssembly known, RuleSet rules) in _known)
                if (known.GivesSameRules(assembly)) return rules;
            if (_known.Length < MaxShared) Volatile.Write(ref _known, [.. _known, (assembly, made)]);
        }

        return made;
    }
}
