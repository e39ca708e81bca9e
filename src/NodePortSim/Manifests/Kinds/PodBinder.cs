using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Manifests.Binding;

namespace NodePortSim.Manifests.Kinds;

/// <summary>Binds a v1 Pod.</summary>
internal static class PodBinder
{
    public static Pod Bind(MappingBinder root) => new()
    {
        Metadata = MetadataBinder.Bind(root),
        Spec = BindSpec(root.Mapping("spec")),
        Status = BindStatus(root.Mapping("status")),
    };

    /// <summary>Binds the <c>spec</c> of a Pod or of a pod template.</summary>
    public static PodSpec BindSpec(MappingBinder spec)
    {
        var bound = new PodSpec
        {
            NodeName = spec.String("nodeName") is { Length: > 0 } nodeName ? nodeName : null,
            HostNetwork = spec.Bool("hostNetwork") ?? false,
            NodeSelector = spec.StringMap("nodeSelector"),
            Tolerations = spec.List("tolerations", BindToleration),
            Containers = spec.List("containers", BindContainer),
        };
        spec.Ignore(
            "activeDeadlineSeconds", "affinity", "automountServiceAccountToken", "dnsConfig", "dnsPolicy", "enableServiceLinks",
            "ephemeralContainers", "hostAliases", "hostIPC", "hostPID", "hostUsers", "hostname", "hostnameOverride", "imagePullSecrets",
            "initContainers", "os", "overhead", "preemptionPolicy", "priority", "priorityClassName", "readinessGates", "resourceClaims",
            "resources", "restartPolicy", "runtimeClassName", "schedulerName", "schedulingGates", "securityContext", "serviceAccount",
            "serviceAccountName", "setHostnameAsFQDN", "shareProcessNamespace", "subdomain", "terminationGracePeriodSeconds",
            "topologySpreadConstraints", "volumes", "workloadRef");
        spec.WarnUnknown();
        return bound;
    }

    private static Toleration BindToleration(MappingBinder toleration)
    {
        var bound = new Toleration(
            toleration.StringOrEmpty("key"),
            toleration.String("operator") is { Length: > 0 } written ? written : "Equal",
            toleration.StringOrEmpty("value"),
            toleration.StringOrEmpty("effect"));
        toleration.Ignore("tolerationSeconds");
        toleration.WarnUnknown();
        return bound;
    }

    private static Container BindContainer(MappingBinder container)
    {
        var bound = new Container
        {
            Name = container.StringOrEmpty("name"),
            Image = container.StringOrEmpty("image"),
            Ports = container.List("ports", BindPort),
        };
        container.Ignore(
            "args", "command", "env", "envFrom", "imagePullPolicy", "lifecycle", "livenessProbe", "readinessProbe", "resizePolicy",
            "resources", "restartPolicy", "restartPolicyRules", "securityContext", "startupProbe", "stdin", "stdinOnce",
            "terminationMessagePath", "terminationMessagePolicy", "tty", "volumeDevices", "volumeMounts", "workingDir");
        container.WarnUnknown();
        return bound;
    }

    private static ContainerPort BindPort(MappingBinder port)
    {
        var bound = new ContainerPort
        {
            Name = port.StringOrEmpty("name"),
            Port = port.Int32("containerPort") ?? 0,
            Protocol = port.Enum("protocol", ApiNames.Protocols),
            HostPort = port.Int32("hostPort") ?? 0,
        };
        port.Ignore("hostIP");
        port.WarnUnknown();
        return bound;
    }

    private static PodStatus BindStatus(MappingBinder status)
    {
        EquatableArray<string> podIPs = status.List("podIPs", static podIP => podIP.StringOrEmpty("ip"));
        string podIP = status.StringOrEmpty("podIP");
        EquatableArray<(string Type, bool? Status)> conditions = status.List(
            "conditions",
            static condition => (condition.StringOrEmpty("type"), condition.Enum("status", ApiNames.ConditionStatuses)));
        return new PodStatus
        {
            Phase = status.String("phase") is { Length: > 0 } phase ? phase : null,
            PodIPs = podIPs.IsEmpty && podIP.Length > 0 ? [podIP] : podIPs,
            Ready = conditions.FirstOrDefault(static condition => condition.Type == "Ready").Status,
        };
    }
}
