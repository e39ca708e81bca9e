using NodePortSim.Kubernetes;
using NodePortSim.Manifests.Binding;

namespace NodePortSim.Manifests.Kinds;

/// <summary>Binds a v1 Node.</summary>
internal static class NodeBinder
{
    public static Node Bind(MappingBinder root) => new()
    {
        Metadata = MetadataBinder.Bind(root),
        Spec = BindSpec(root.Mapping("spec")),
        Status = new NodeStatus
        {
            Addresses = root.Mapping("status").List(
                "addresses", static address => new NodeAddress(address.StringOrEmpty("type"), address.StringOrEmpty("address"))),
        },
    };

    private static NodeSpec BindSpec(MappingBinder spec)
    {
        var bound = new NodeSpec
        {
            PodCIDR = spec.StringOrEmpty("podCIDR"),
            PodCIDRs = spec.Strings("podCIDRs"),
            Unschedulable = spec.Bool("unschedulable") ?? false,
            Taints = spec.List("taints", BindTaint),
        };
        spec.Ignore("providerID", "externalID", "configSource");
        spec.WarnUnknown();
        return bound;
    }

    private static Taint BindTaint(MappingBinder taint)
    {
        var bound = new Taint(taint.StringOrEmpty("key"), taint.StringOrEmpty("value"), taint.StringOrEmpty("effect"));
        taint.Ignore("timeAdded");
        taint.WarnUnknown();
        return bound;
    }
}
