using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Manifests.Binding;

namespace NodePortSim.Manifests.Kinds;

/// <summary>Binds an apps/v1 Deployment.</summary>
internal static class DeploymentBinder
{
    public static Deployment Bind(MappingBinder root)
    {
        var bound = new Deployment { Metadata = MetadataBinder.Bind(root), Spec = BindSpec(root.Mapping("spec")) };
        root.Ignore("status");
        return bound;
    }

    private static DeploymentSpec BindSpec(MappingBinder spec)
    {
        MappingBinder template = spec.Mapping("template").Leniently();
        var bound = new DeploymentSpec
        {
            Replicas = spec.Int32("replicas"),
            Selector = BindSelector(spec.Mapping("selector")),
            Template = new PodTemplate { Metadata = MetadataBinder.Bind(template), Spec = PodBinder.BindSpec(template.Mapping("spec")) },
        };
        spec.Ignore("minReadySeconds", "paused", "progressDeadlineSeconds", "revisionHistoryLimit", "strategy");
        spec.WarnUnknown();
        return bound;
    }

    private static StringMap BindSelector(MappingBinder selector)
    {
        StringMap matchLabels = selector.StringMap("matchLabels");
        selector.NotModelled("matchExpressions");
        selector.WarnUnknown();
        return matchLabels;
    }
}
