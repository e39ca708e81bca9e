using NodePortSim.Collections;
using NodePortSim.Kubernetes;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>The common rules that were made of one state, so that nodes that need the same ones hold the same objects. Thread-safe.</summary>
internal sealed class CommonRuleCache
{
    private readonly Lock _lock = new();
    private readonly List<(object? Before, RuleContext Context, CommonRules Rules)> _known = [];

    /// <summary>The rules of a full sync: all made with one context.</summary>
    /// <param name="state">The state.</param>
    /// <param name="context">What rules depend on beside services.</param>
    /// <param name="zone">The node's zone; "" where zones do not matter.</param>
    /// <param name="before">The rules of an earlier state, or null.</param>
    /// <param name="changes">How that state differs.</param>
    public CommonRules Full(FamilyState state, RuleContext context, string zone, CommonRules? before, List<MapChange<ObjectKey, ServiceState>> changes)
    {
        lock (_lock)
        {
            foreach ((_, _, CommonRules known) in _known)
                if (known.IsPure && known.Zone == zone && known.Context == context) return known;
            bool follows = before is { IsPure: true } && before.Zone == zone && before.Context == context;
            CommonRules made = follows ? before!.After(changes, state, context, zone) : CommonRules.Of(state, context, zone);
            _known.Add((null, context, made));
            return made;
        }
    }

    /// <summary>The rules of a partial sync: those of services that did not change stay as they are.</summary>
    public CommonRules Partial(FamilyState state, RuleContext context, string zone, CommonRules before, List<MapChange<ObjectKey, ServiceState>> changes)
    {
        if (changes.Count == 0 && before.Zone == zone) return before;
        lock (_lock)
        {
            bool staysPure = before.IsPure && before.Zone == zone && before.Context == context;
            foreach ((object? of, RuleContext with, CommonRules known) in _known)
                if (known.Zone == zone && (ReferenceEquals(of, before.Identity) && with == context || staysPure && known.IsPure && known.Context == context)) return known;
            CommonRules made = before.After(changes, state, context, zone);
            _known.Add((before.Identity, context, made));
            return made;
        }
    }
}
