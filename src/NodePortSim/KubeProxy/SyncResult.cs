using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.KubeProxy.Rules;

namespace NodePortSim.KubeProxy;

/// <summary>What one sync of kube-proxy did (spec kube-proxy-iptables 6). Immutable; thread-safe.</summary>
public sealed class SyncResult
{
    private readonly RuleAssembly _assembly;
    private RestoreInput? _restore;

    internal SyncResult(bool isFullSync, RuleAssembly assembly, RuleSet rules, EquatableArray<StaleFlowFilter> staleFlows)
    {
        IsFullSync = isFullSync;
        _assembly = assembly;
        Rules = rules;
        StaleFlows = staleFlows;
    }

    /// <summary>Whether the chains of all services were written, and the jumps from the built-in chains checked.</summary>
    public bool IsFullSync { get; }

    /// <summary>What was handed to <c>iptables-restore</c>; made when first asked for.</summary>
    public RestoreInput Restore => _restore ??= _assembly.MakeRestoreInput();

    /// <summary>The chains that the text declares, and so flushes; known without making the text.</summary>
    internal IEnumerable<(IptablesTable Table, string Chain)> DeclaredChains => _assembly.DeclaredChains();

    /// <summary>The rules after the sync, on a node where only kube-proxy writes any.</summary>
    public RuleSet Rules { get; }

    /// <summary>Which UDP conntrack entries are deleted after the sync.</summary>
    public EquatableArray<StaleFlowFilter> StaleFlows { get; }

    /// <summary>The number of rule lines for a table in the text of a full sync: kube-proxy's metric of its rules (spec kube-proxy-iptables 10).</summary>
    /// <param name="table">filter or nat; others have none.</param>
    public int CountRules(IptablesTable table) => _assembly.CountRules(table);
}
