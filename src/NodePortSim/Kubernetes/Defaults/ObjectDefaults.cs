using NodePortSim.Collections;
using NodePortSim.Net;

namespace NodePortSim.Kubernetes.Defaults;

/// <summary>Fills the fields that a manifest leaves out, as the API server does before it validates an object.</summary>
/// <remarks>Pure functions: an object in, an object out, the same one where nothing was missing. What has to be allocated stays absent. Thread-safe.</remarks>
public static class ObjectDefaults
{
    /// <summary>The namespace of objects that name none.</summary>
    public const string Namespace = "default";

    /// <summary>The object with its defaults.</summary>
    /// <param name="value">The object.</param>
    public static KubernetesObject Apply(KubernetesObject value) => value switch
    {
        Service service => ServiceDefaults.Apply(InNamespace(service)),
        EndpointSlice slice => Slice(InNamespace(slice)),
        Endpoints endpoints => OfEndpoints(InNamespace(endpoints)),
        Pod pod => OfPod(InNamespace(pod)),
        Deployment deployment => OfDeployment(InNamespace(deployment)),
        Node node => OfNode(node),
        _ => value,
    };

    private static T InNamespace<T>(T value)
        where T : KubernetesObject
        => value.Metadata.Namespace.Length > 0 ? value : value with { Metadata = value.Metadata with { Namespace = Namespace } };

    private static EndpointSlice Slice(EndpointSlice slice) =>
        slice.Ports.All(static port => port is { Protocol: not null, Name: not null })
            ? slice
            : slice with { Ports = slice.Ports.Select(static port => OfPort(port) with { Name = port.Name ?? "" }).ToEquatableArray() };

    private static Endpoints OfEndpoints(Endpoints endpoints) => endpoints with
    {
        Subsets = endpoints.Subsets
            .Select(static subset => subset with { Ports = subset.Ports.Select(OfPort).ToEquatableArray() })
            .ToEquatableArray(),
    };

    private static EndpointPort OfPort(EndpointPort port) => port.Protocol is null ? port with { Protocol = Protocol.Tcp } : port;

    private static Pod OfPod(Pod pod)
    {
        PodSpec spec = OfPodSpec(pod.Spec);
        if (spec.HostNetwork)
        {
            spec = spec with
            {
                Containers = OfPorts(spec.Containers, static port => port.HostPort == 0 ? port with { HostPort = port.Port } : port),
            };
        }

        return pod with { Spec = spec };
    }

    private static Deployment OfDeployment(Deployment deployment) => deployment with
    {
        Spec = deployment.Spec with
        {
            Replicas = deployment.Spec.Replicas ?? 1,
            Template = deployment.Spec.Template with { Spec = OfPodSpec(deployment.Spec.Template.Spec) },
        },
    };

    private static PodSpec OfPodSpec(PodSpec spec) => spec with
    {
        NodeName = string.IsNullOrEmpty(spec.NodeName) ? null : spec.NodeName,
        Containers = OfPorts(spec.Containers, static port => port.Protocol is null ? port with { Protocol = Protocol.Tcp } : port),
    };

    private static EquatableArray<Container> OfPorts(EquatableArray<Container> containers, Func<ContainerPort, ContainerPort> fill) => containers
        .Select(container => container with { Ports = container.Ports.Select(fill).ToEquatableArray() })
        .ToEquatableArray();

    private static Node OfNode(Node node)
    {
        // podCIDR and podCIDRs[0] are one field in two versions of the API; either fills the other.
        NodeSpec spec = node.Spec;
        if (spec.PodCIDRs.IsEmpty && spec.PodCIDR.Length > 0) return node with { Spec = spec with { PodCIDRs = [spec.PodCIDR] } };
        return spec.PodCIDR.Length == 0 && !spec.PodCIDRs.IsEmpty ? node with { Spec = spec with { PodCIDR = spec.PodCIDRs[0] } } : node;
    }
}
