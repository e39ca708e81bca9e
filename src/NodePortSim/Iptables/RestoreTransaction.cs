using System.Collections.Immutable;

namespace NodePortSim.Iptables;

/// <summary>Applies a restore text table by table, each at once, as the kernel does with a batch (spec kube-proxy-iptables 3.3, netfilter-datapath 6.6).</summary>
internal static class RestoreTransaction
{
    public static RestoreResult Apply(RuleSet rules, RestoreInput input, bool noflush)
    {
        ImmutableArray<ChainChange>.Builder changes = ImmutableArray.CreateBuilder<ChainChange>();
        foreach (RestoreTable table in input.Tables)
        {
            TableRules current = rules[table.Table] ?? new TableRules(table.Table, []);
            var edit = new TableEdit(current, noflush, HasDeletions(table));
            if (edit.Run(table) is { } refusal)
            {
                throw new RestoreException(refusal.Message, new RestoreResult(rules, changes.ToImmutable()), refusal.ExitStatus);
            }

            rules = rules.With(edit.Finish(changes));
        }

        return new RestoreResult(rules, changes.ToImmutable());
    }

    private static bool HasDeletions(RestoreTable table)
    {
        foreach (RestoreCommand command in table.Commands)
        {
            if (command is DeleteChain) return true;
        }

        return false;
    }
}
