using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Manifests.Binding;
using NodePortSim.Net;

namespace NodePortSim.Scenarios;

/// <summary>Binds a scenario's step: a mapping with one verb, and beside <c>connect</c> with <c>expect</c>.</summary>
internal sealed class ScenarioStepBinder(string directory)
{
    private const string Verbs = "connect, patch, scale, conntrackFlush, apply, delete, advance, conntrack, rules";

    private static readonly string[] DeletableKinds = ["service", "endpointslice", "endpoints", "pod", "deployment", "node", "externalclient"];

    private static readonly EnumNames<IptablesTable> Tables = new(
        ("nat", IptablesTable.Nat), ("filter", IptablesTable.Filter), ("mangle", IptablesTable.Mangle), ("raw", IptablesTable.Raw));

    private static readonly EnumNames<IpFamily> Families = new(("ipv4", IpFamily.IPv4), ("ipv6", IpFamily.IPv6));

    /// <summary>The step, or null where it has no verb that is known.</summary>
    public ScenarioStep? Bind(MappingBinder step)
    {
        string[] verbs = [.. step.Names.Where(static name => name != "expect")];
        if (verbs.Length != 1)
        {
            step.Error(verbs.Length == 0 ? $"a step has one of {Verbs}" : $"a step has one of {Verbs}; this one has {string.Join(", ", verbs)}");
            return null;
        }

        if (step.Has("expect") && verbs[0] != "connect")
        {
            step.Error("expect", "only connect has expectations");
            step.Ignore("expect");
        }

        ScenarioStep? bound = verbs[0] switch
        {
            "connect" => ConnectStepBinder.Bind(step),
            "patch" => BindPatch(step.Mapping("patch")),
            "scale" => BindScale(step.Mapping("scale")),
            "conntrackFlush" => BindFlush(step.Mapping("conntrackFlush")),
            "apply" => BindApply(step.Mapping("apply")),
            "delete" => BindDelete(step.Mapping("delete")),
            "advance" => BindAdvance(step),
            "conntrack" => BindConntrack(step.Mapping("conntrack")),
            "rules" => BindRules(step.Mapping("rules")),
            _ => null,
        };
        if (bound is null && !step.HasTaken(verbs[0])) step.Error(verbs[0], $"unknown field; a step has one of {Verbs}");
        return bound;
    }

    private static PatchStep BindPatch(MappingBinder patch)
    {
        string service = patch.RequiredString("service");
        if (!patch.Has("spec")) patch.Error("spec", "Required value");
        ServiceSpecPatch spec = ServiceSpecPatch.Bind(patch.Mapping("spec"));
        patch.RefuseUnknown();
        return new PatchStep(service, spec.ApplyTo);
    }

    private static ScaleStep BindScale(MappingBinder scale)
    {
        string deployment = scale.RequiredString("deployment");
        int? replicas = scale.Int32("replicas");
        if (!scale.Has("replicas")) scale.Error("replicas", "Required value");
        if (replicas < 0) scale.Error("replicas", $"Invalid value: {replicas}: must be greater than or equal to 0");
        scale.RefuseUnknown();
        return new ScaleStep(deployment, replicas ?? 0);
    }

    private static ConntrackFlushStep BindFlush(MappingBinder flush)
    {
        string? node = flush.String("node");
        flush.RefuseUnknown();
        return new ConntrackFlushStep(node);
    }

    private ApplyStep BindApply(MappingBinder apply)
    {
        EquatableArray<string> files = ScenarioBinder.Paths(apply, "files", directory);
        if (!apply.Has("files")) apply.Error("files", "Required value");
        apply.RefuseUnknown();
        return new ApplyStep(files);
    }

    private static DeleteStep? BindDelete(MappingBinder delete)
    {
        string[] kinds = [.. delete.Names];
        if (kinds.Length == 1 && DeletableKinds.Contains(kinds[0])) return new DeleteStep(kinds[0], delete.RequiredString(kinds[0]));
        delete.Error($"must be one of {string.Join(", ", DeletableKinds)}, with the object's name");
        return null;
    }

    private static AdvanceStep? BindAdvance(MappingBinder step)
    {
        TimeSpan? duration = step.Duration("advance");
        if (duration is { } value && value >= TimeSpan.Zero) return new AdvanceStep(value);
        if (duration is not null) step.Error("advance", "must not be negative: time does not run backwards");
        return null;
    }

    private static ConntrackListStep BindConntrack(MappingBinder conntrack)
    {
        string node = conntrack.RequiredString("node");
        conntrack.RefuseUnknown();
        return new ConntrackListStep(node);
    }

    private static RulesListStep BindRules(MappingBinder rules)
    {
        var bound = new RulesListStep(
            rules.RequiredString("node"),
            rules.Enum("table", Tables) ?? IptablesTable.Nat,
            rules.String("chain"),
            rules.Enum("family", Families) ?? IpFamily.IPv4,
            rules.Bool("counters") ?? false);
        rules.RefuseUnknown();
        return bound;
    }
}
