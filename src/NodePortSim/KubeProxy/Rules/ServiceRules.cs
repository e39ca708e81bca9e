using NodePortSim.Collections;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>The rules of all service ports on one node: those that nodes have in common, and in the place of some the node's own. Immutable; thread-safe.</summary>
/// <param name="Common">What most nodes have.</param>
/// <param name="Own">What this one has instead; every port of it is one of <paramref name="Common"/> too.</param>
internal sealed record ServiceRules(PersistentMap<ServicePortName, ServicePortRules> Common, PersistentMap<ServicePortName, ServicePortRules> Own)
{
    /// <summary>The rules, in the order of the text.</summary>
    public IEnumerable<ServicePortRules> InOrder => Own.Count == 0 ? Common.Values : Merged();

    /// <summary>The rules of a service port, or null.</summary>
    public ServicePortRules? this[ServicePortName name] => (Own.Count == 0 ? null : Own[name]) ?? Common[name];

    /// <summary>The ports whose rules are not the same objects in both.</summary>
    public static List<MapChange<ServicePortName, ServicePortRules>> Changes(ServiceRules before, ServiceRules now)
    {
        List<MapChange<ServicePortName, ServicePortRules>> common = PersistentMap<ServicePortName, ServicePortRules>.Changes(before.Common, now.Common);
        if (before.Own.Count == 0 && now.Own.Count == 0) return common;
        var seen = new HashSet<ServicePortName>();
        var changes = new List<MapChange<ServicePortName, ServicePortRules>>();
        foreach (MapChange<ServicePortName, ServicePortRules> change in common.Concat(PersistentMap<ServicePortName, ServicePortRules>.Changes(before.Own, now.Own)))
        {
            if (!seen.Add(change.Key)) continue;
            ServicePortRules? old = before[change.Key], current = now[change.Key];
            if (!ReferenceEquals(old, current)) changes.Add(new(change.Key, old, current));
        }

        return changes;
    }

    private IEnumerable<ServicePortRules> Merged()
    {
        using IEnumerator<ServicePortRules> own = Own.Values.GetEnumerator();
        ServicePortRules? next = own.MoveNext() ? own.Current : null;
        foreach (ServicePortRules common in Common.Values)
        {
            if (next is not null && next.Port.Name.Equals(common.Port.Name))
            {
                yield return next;
                next = own.MoveNext() ? own.Current : null;
            }
            else
            {
                yield return common;
            }
        }
    }
}
