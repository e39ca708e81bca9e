using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>Resolves a Service's target ports for one pod.</summary>
internal static class EndpointPorts
{
    /// <summary>The ports at which a pod serves a Service; a named port that the pod does not have is left out.</summary>
    /// <param name="service">The Service's spec, defaulted.</param>
    /// <param name="pod">The pod.</param>
    public static EquatableArray<EndpointPort> Resolve(ServiceSpec service, Pod pod)
    {
        var ports = new List<EndpointPort>(service.Ports.Count);
        foreach (ServicePort port in service.Ports)
        {
            if (NumberOf(port, pod) is not { } number) continue;
            ports.Add(new EndpointPort { Name = port.Name, Protocol = port.Protocol, Port = number, AppProtocol = port.AppProtocol });
        }

        return ports.ToEquatableArray();
    }

    private static int? NumberOf(ServicePort port, Pod pod)
    {
        if (port.TargetPort is not { Name: { } name }) return port.TargetPort is { Number: > 0 } target ? target.Number : port.Port;
        foreach (Container container in pod.Spec.Containers)
            foreach (ContainerPort candidate in container.Ports)
                if (candidate.Name == name && (candidate.Protocol ?? Protocol.Tcp) == (port.Protocol ?? Protocol.Tcp)) return candidate.Port;
        return null;
    }
}
