using System.Collections.Immutable;
using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>What one sync decided, from which both its text and the rules that are in place after it follow. Immutable; thread-safe.</summary>
/// <param name="Family">The family.</param>
/// <param name="Rules">What is in place after it.</param>
/// <param name="Written">The service ports whose own chains are in the text; null means all.</param>
/// <param name="Deleted">The names of the chains that the text deletes, in order.</param>
internal sealed record RuleAssembly(IpFamily Family, NodeRules Rules, IReadOnlySet<ServicePortName>? Written, string[] Deleted)
{
    private FixedRules Fixed => Rules.Around.Rules;

    /// <summary>The fixed chains and the deleted ones, which the text declares beside those of <see cref="Written"/>.</summary>
    public IEnumerable<(IptablesTable Table, string Chain)> DeclaredFixedChains =>
        Fixed.FilterChains.Select(static name => (IptablesTable.Filter, name))
            .Concat(Fixed.NatChains.Select(static name => (IptablesTable.Nat, name)))
            .Concat(Deleted.Select(static name => (IptablesTable.Nat, name)));

    /// <summary>The text that kube-proxy hands to <c>iptables-restore</c>.</summary>
    public RestoreInput MakeRestoreInput()
    {
        ServicePortRules[] services = [.. Rules.Services.InOrder];
        var filter = new RestoreCommand[services.Length][];
        var nat = new RestoreCommand[services.Length][];
        Batches.Run(services.Length, i =>
        {
            filter[i] = [.. Appended(services[i].FilterEntries)];
            nat[i] = IsWritten(services[i])
                ? [.. Appended(services[i].NatEntries), .. services[i].ChainCommands()]
                : [.. Appended(services[i].NatEntries)];
        });
        IEnumerable<string> chains = services.Where(IsWritten).SelectMany(static service => service.Chains, static (_, chain) => chain.Name);
        return new RestoreInput(
            Family,
            [
                new RestoreTable(IptablesTable.Filter, [.. Fixed.FilterChains], Commands(Fixed.FilterFirst, filter, Fixed.FilterLast, [])),
                new RestoreTable(IptablesTable.Nat, [.. Fixed.NatChains, .. chains, .. Deleted], Commands(Fixed.NatFirst, nat, Fixed.NatLast, Deleted)),
            ]);
    }

    /// <summary>The chains that <see cref="MakeRestoreInput"/> declares.</summary>
    public IEnumerable<(IptablesTable Table, string Chain)> DeclaredChains()
    {
        foreach (string name in Fixed.FilterChains) yield return (IptablesTable.Filter, name);
        foreach (string name in Fixed.NatChains) yield return (IptablesTable.Nat, name);
        foreach (ServicePortRules service in Rules.Services.InOrder)
        {
            if (!IsWritten(service)) continue;
            foreach (string name in service.ChainNames) yield return (IptablesTable.Nat, name);
        }

        foreach (string name in Deleted) yield return (IptablesTable.Nat, name);
    }

    /// <summary>The rules of a table that a full sync of this state has in its text.</summary>
    public int CountRules(IptablesTable table)
    {
        (int filter, int nat) = Rules.Common.RuleCounts;
        foreach (ServicePortRules own in Rules.Services.Own.Values)
        {
            ServicePortRules common = Rules.Services.Common[own.Port.Name]!;
            filter += own.FilterEntries.Length - common.FilterEntries.Length;
            nat += own.NatEntries.Length + own.OwnRuleCount - common.NatEntries.Length - common.OwnRuleCount;
        }

        return table switch
        {
            IptablesTable.Filter => Fixed.FilterFirst.Length + Fixed.FilterLast.Length + filter,
            IptablesTable.Nat => Fixed.NatFirst.Length + Fixed.NatLast.Length + nat,
            _ => 0,
        };
    }

    private bool IsWritten(ServicePortRules service) => Written is null || Written.Contains(service.Port.Name);

    private static IEnumerable<AppendRule> Appended(EntryRule[] entries) => entries.Select(static entry => new AppendRule(entry.Chain, entry.Rule));

    private static ImmutableArray<RestoreCommand> Commands(EntryRule[] first, RestoreCommand[][] services, EntryRule[] last, string[] deleted)
    {
        var commands = new List<RestoreCommand>(first.Length + services.Sum(static service => service.Length) + last.Length + deleted.Length);
        commands.AddRange(Appended(first));
        foreach (RestoreCommand[] service in services) commands.AddRange(service);
        foreach (string name in deleted) commands.Add(new DeleteChain(name));
        commands.AddRange(Appended(last));
        return [.. commands];
    }
}
