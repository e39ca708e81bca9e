using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using NodePortSim.Kubernetes;
using NodePortSim.Manifests.Binding;

namespace NodePortSim.Manifests.Kinds;

/// <summary>The kinds that a manifest may hold.</summary>
internal static class KindTable
{
    private static readonly FrozenDictionary<(string ApiVersion, string Kind), Func<MappingBinder, KubernetesObject>> Binders =
        new Dictionary<(string ApiVersion, string Kind), Func<MappingBinder, KubernetesObject>>
        {
            [("v1", "Service")] = ServiceBinder.Bind,
            [("v1", "Endpoints")] = EndpointsBinder.Bind,
            [("v1", "Node")] = NodeBinder.Bind,
            [("v1", "Pod")] = PodBinder.Bind,
            [("discovery.k8s.io/v1", "EndpointSlice")] = EndpointSliceBinder.Bind,
            [("discovery.k8s.io/v1beta1", "EndpointSlice")] = EndpointSliceBinder.Bind,
            [("apps/v1", "Deployment")] = DeploymentBinder.Bind,
            [("kubeproxy.config.k8s.io/v1alpha1", "KubeProxyConfiguration")] = KubeProxyConfigurationBinder.Bind,
            [("kind.x-k8s.io/v1alpha4", "Cluster")] = KindClusterBinder.Bind,
            [("nodeportsim.dev/v1alpha1", "ExternalClient")] = ExternalClientBinder.Bind,
            [("nodeportsim.dev/v1alpha1", "Network")] = NetworkBinder.Bind,
        }.ToFrozenDictionary();

    // Groups with all their versions: these kinds are ignored, so a version matters to nobody.
    private static readonly FrozenDictionary<string, FrozenSet<string>> NotModelledByGroup = new Dictionary<string, FrozenSet<string>>
    {
        [""] = Set(
            "Namespace", "ConfigMap", "Secret", "ServiceAccount", "PersistentVolume", "PersistentVolumeClaim", "Event", "LimitRange",
            "ResourceQuota", "ReplicationController", "PodTemplate", "ComponentStatus", "Binding"),
        ["apps"] = Set("ReplicaSet", "DaemonSet", "StatefulSet", "ControllerRevision"),
        ["batch"] = Set("Job", "CronJob"),
        ["events.k8s.io"] = Set("Event"),
        ["networking.k8s.io"] = Set("Ingress", "IngressClass", "NetworkPolicy", "ServiceCIDR", "IPAddress"),
        ["rbac.authorization.k8s.io"] = Set("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"),
        ["policy"] = Set("PodDisruptionBudget", "PodSecurityPolicy"),
        ["autoscaling"] = Set("HorizontalPodAutoscaler"),
        ["storage.k8s.io"] = Set("StorageClass", "CSIDriver", "CSINode", "CSIStorageCapacity", "VolumeAttachment", "VolumeAttributesClass"),
        ["scheduling.k8s.io"] = Set("PriorityClass"),
        ["node.k8s.io"] = Set("RuntimeClass"),
        ["coordination.k8s.io"] = Set("Lease"),
        ["certificates.k8s.io"] = Set("CertificateSigningRequest"),
        ["apiextensions.k8s.io"] = Set("CustomResourceDefinition"),
        ["apiregistration.k8s.io"] = Set("APIService"),
        ["admissionregistration.k8s.io"] = Set(
            "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
            "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"),
        ["flowcontrol.apiserver.k8s.io"] = Set("FlowSchema", "PriorityLevelConfiguration"),
        ["kubeadm.k8s.io"] = Set("ClusterConfiguration", "InitConfiguration", "JoinConfiguration"),
        ["kubelet.config.k8s.io"] = Set("KubeletConfiguration"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether the document is a scenario, which is run, not applied: a folder of manifests may hold one.</summary>
    public static bool IsScenario(string apiVersion, string kind) => kind == "Scenario" && apiVersion == "nodeportsim.dev/v1alpha1";

    /// <summary>The binder of a kind.</summary>
    public static bool TryGetBinder(string apiVersion, string kind, [NotNullWhen(true)] out Func<MappingBinder, KubernetesObject>? binder) =>
        Binders.TryGetValue((apiVersion, kind), out binder);

    /// <summary>Whether Kubernetes has the kind, but the datapath takes no notice of it or it is not modelled.</summary>
    public static bool IsNotModelled(string apiVersion, string kind)
    {
        int slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        string group = slash < 0 ? "" : apiVersion[..slash];
        if (slash < 0 && apiVersion != "v1") return false;
        return NotModelledByGroup.TryGetValue(group, out FrozenSet<string>? kinds) && kinds.Contains(kind);
    }

    /// <summary>The kind of a list's items, for <c>ServiceList</c> and its like; null where the kind is no list of a known kind.</summary>
    public static string? ItemKindOf(string apiVersion, string kind)
    {
        if (!kind.EndsWith("List", StringComparison.Ordinal)) return null;
        string item = kind[..^"List".Length];
        return TryGetBinder(apiVersion, item, out _) || IsNotModelled(apiVersion, item) ? item : null;
    }

    private static FrozenSet<string> Set(params ReadOnlySpan<string> kinds) => FrozenSet.ToFrozenSet(kinds.ToArray(), StringComparer.Ordinal);
}
