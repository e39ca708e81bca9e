using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.KubeProxy.Rules;

namespace NodePortSim.KubeProxy;

/// <summary>What one sync of kube-proxy did (spec kube-proxy-iptables 6). Immutable; thread-safe.</summary>
public sealed class SyncResult
{
    private readonly RuleAssembly _assembly;
    private RestoreInput? _restore;

    internal SyncResult(bool isFullSync, RuleAssembly assembly, EquatableArray<StaleFlowFilter> staleFlows)
    {
        IsFullSync = isFullSync;
        _assembly = assembly;
        StaleFlows = staleFlows;
    }

    /// <summary>Whether the chains of all services were written, and the jumps from the built-in chains checked.</summary>
    public bool IsFullSync { get; }

    /// <summary>What was handed to <c>iptables-restore</c>; made when first asked for.</summary>
    public RestoreInput Restore => _restore ??= _assembly.MakeRestoreInput();

    /// <summary>The rules after the sync, on a node where only kube-proxy writes any. Their chains are made when somebody first looks at them.</summary>
    public RuleSet Rules => _assembly.Rules.RuleSet;

    /// <summary>Which UDP conntrack entries are deleted after the sync.</summary>
    public EquatableArray<StaleFlowFilter> StaleFlows { get; }

    /// <summary>The chains that the text declares, and so flushes; known without making the text.</summary>
    internal IEnumerable<(IptablesTable Table, string Chain)> DeclaredChains => _assembly.DeclaredChains();

    /// <summary>Those of them that are no service port's, and those that are deleted.</summary>
    internal IEnumerable<(IptablesTable Table, string Chain)> DeclaredFixedChains => _assembly.DeclaredFixedChains;

    /// <summary>The service ports whose chains the text declares; null means all.</summary>
    internal IReadOnlySet<ServicePortName>? WrittenServicePorts => _assembly.Written;

    /// <summary>The chains that stay as they are though their service port is written: nothing refers to them any more.</summary>
    internal IEnumerable<string> LeftoverChains => _assembly.Rules.Leftover.Keys;

    /// <summary>The number of rule lines for a table in the text of a full sync: kube-proxy's metric of its rules (spec kube-proxy-iptables 10).</summary>
    /// <param name="table">filter or nat; others have none.</param>
    public int CountRules(IptablesTable table) => _assembly.CountRules(table);
}
