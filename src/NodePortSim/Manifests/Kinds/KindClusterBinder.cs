using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Manifests.Binding;

namespace NodePortSim.Manifests.Kinds;

/// <summary>Binds kind's cluster configuration, kind.x-k8s.io/v1alpha4 Cluster.</summary>
internal static class KindClusterBinder
{
    public static KindCluster Bind(MappingBinder root)
    {
        MappingBinder networking = root.Mapping("networking");
        var bound = new KindCluster
        {
            // kind has the name at the root.
            Metadata = new ObjectMeta { Name = root.StringOrEmpty("name") },
            PodSubnet = networking.StringOrEmpty("podSubnet"),
            ServiceSubnet = networking.StringOrEmpty("serviceSubnet"),
            IpFamily = networking.OneOf("ipFamily", ApiNames.KindIpFamilies),
            KubeProxyMode = networking.OneOf("kubeProxyMode", ApiNames.KindProxyModes),
            Nodes = root.List("nodes", BindNode),
        };
        networking.Ignore("apiServerAddress", "apiServerPort", "disableDefaultCNI", "dnsSearch");
        networking.WarnUnknown();
        root.Ignore(
            "containerdConfigPatches", "containerdConfigPatchesJSON6902", "featureGates", "kubeadmConfigPatches",
            "kubeadmConfigPatchesJSON6902", "runtimeConfig");
        return bound;
    }

    private static KindNode BindNode(MappingBinder node)
    {
        var bound = new KindNode(
            node.OneOf("role", ApiNames.KindRoles) is { Length: > 0 } role ? role : "control-plane",
            // kind's own reader takes a number for a label's text.
            node.TextMap("labels"));
        node.Ignore("extraMounts", "extraPortMappings", "image", "kubeadmConfigPatches", "kubeadmConfigPatchesJSON6902");
        node.WarnUnknown();
        return bound;
    }
}
