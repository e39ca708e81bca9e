using NodePortSim.Iptables;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Rules;

/// <summary>The built-in chains that one hook calls, by table; null where the table does not exist or has no such chain.</summary>
internal struct HookChains
{
    public LoadedChain? Raw;
    public LoadedChain? Mangle;
    public LoadedChain? Nat;
    public LoadedChain? Filter;
    public LoadedChain? Security;

    /// <summary>Whether the same chains are called; of the nat table, whether one is called.</summary>
    public readonly bool Calls(in HookChains others) =>
        Raw == others.Raw && Mangle == others.Mangle && Filter == others.Filter && Security == others.Security && Nat is null == others.Nat is null;
}

/// <summary>The rules of one family in one machine.</summary>
internal sealed class FamilyRules
{
    private readonly LoadedTable?[] _tables = new LoadedTable?[5];
    private readonly HookChains[] _hooks = new HookChains[5];
    private readonly RecentLists _recentLists;
    private readonly AccountingObjects _accountingObjects;

    public FamilyRules(IpFamily family, RecentLists recentLists, AccountingObjects accountingObjects)
    {
        Rules = RuleSet.Empty(family);
        _recentLists = recentLists;
        _accountingObjects = accountingObjects;
    }

    /// <summary>The rules in force.</summary>
    public RuleSet Rules { get; private set; }

    /// <summary>Whether conntrack is on: some rule needs it (spec netfilter-datapath 1.3).</summary>
    public bool NeedsConntrack { get; private set; }

    /// <summary>The chains that a hook calls.</summary>
    public ref readonly HookChains ChainsOf(Hook hook) => ref _hooks[(int)hook];

    /// <summary>A table, or null where it does not exist.</summary>
    public LoadedTable? this[IptablesTable table] => _tables[(int)table];

    /// <summary>Takes other rules; where they are refused, nothing has changed.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="flushed">The chains that were emptied, so that their counters start at zero.</param>
    /// <returns>Whether the rules that packets of answered flows meet are still the same: the nat table, which kube-proxy changes most, has none of them.</returns>
    /// <exception cref="ArgumentException">The kernel would refuse the rules.</exception>
    public bool Replace(RuleSet rules, FlushedChains flushed)
    {
        var updates = new List<(LoadedTable Loaded, TableUpdate Update)>();
        foreach (IptablesTable table in Enum.GetValues<IptablesTable>())
        {
            LoadedTable? loaded = this[table];
            if (rules[table] is null && loaded is null) continue;
            loaded ??= new LoadedTable(table, _recentLists, _accountingObjects);

            // A table that is gone leaves no chain; emptying it first gives its lists back.
            updates.Add((loaded, new TableUpdate(loaded, rules[table] ?? new TableRules(table, []))));
        }

        bool meetSame = true, neededConntrack = NeedsConntrack;
        NeedsConntrack = false;
        foreach ((LoadedTable loaded, TableUpdate update) in updates)
        {
            IptablesTable table = update.Rules.Table;
            meetSame &= !loaded.Replace(update, flushed) || table == IptablesTable.Nat;
            NeedsConntrack |= loaded.NeedsConntrack;
            _tables[(int)table] = rules[table] is null ? null : loaded;
        }

        Rules = rules;
        meetSame &= neededConntrack == NeedsConntrack;
        foreach (Hook hook in Enum.GetValues<Hook>())
        {
            HookChains chains = BuiltInChains(hook);
            meetSame &= chains.Calls(_hooks[(int)hook]);
            _hooks[(int)hook] = chains;
        }

        return meetSame;
    }

    private HookChains BuiltInChains(Hook hook)
    {
        string name = NameOf(hook);
        return new HookChains
        {
            Raw = this[IptablesTable.Raw]?[name],
            Mangle = this[IptablesTable.Mangle]?[name],
            Nat = this[IptablesTable.Nat]?[name],
            Filter = this[IptablesTable.Filter]?[name],
            Security = this[IptablesTable.Security]?[name],
        };
    }

    private static string NameOf(Hook hook) => hook switch
    {
        Hook.Prerouting => "PREROUTING",
        Hook.Input => "INPUT",
        Hook.Forward => "FORWARD",
        Hook.Output => "OUTPUT",
        _ => "POSTROUTING",
    };
}
