using System.Globalization;
using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Fixes;

/// <summary>Pods that could be ready, more, or listen.</summary>
internal static class PodCandidates
{
    /// <summary>The most pods that a Deployment is scaled up by.</summary>
    private const int MaxMore = 4;

    public static IEnumerable<Fix> Of(FailedFlow flow)
    {
        if (flow.Reason is not (OutcomeReason.NoEndpoints or OutcomeReason.NoLocalEndpoints or OutcomeReason.PortClosed or OutcomeReason.IcmpRateLimited)) return [];
        return flow.Service is { } service ? ReadyPods(flow, service).Concat(MorePods(flow, service)).Concat(Listening(flow, service)) : [];
    }

    /// <summary>The pods that a Service selects, ready or not.</summary>
    public static IReadOnlyList<Pod> PodsOf(FailedFlow flow, Service service) => service.Spec.Selector.IsEmpty
        ? []
        : [.. flow.State.Pods.Values.Where(pod => pod.Namespace == service.Namespace && service.Spec.Selector.IsSubsetOf(pod.Metadata.Labels))];

    private static IEnumerable<Fix> ReadyPods(FailedFlow flow, Service service)
    {
        foreach (Pod pod in PodsOf(flow, service).Where(static pod => pod.Status.Ready == false || pod.Metadata.DeletionTimestamp is not null))
        {
            yield return FixCandidate.Objects(
                flow, FixKind.Readiness, $"let pod {FixCandidate.NameOf(pod)} be ready",
                pod with { Status = pod.Status with { Ready = true }, Metadata = pod.Metadata with { DeletionTimestamp = null } });
        }
    }

    private static IEnumerable<Fix> MorePods(FailedFlow flow, Service service)
    {
        if (service.Spec.Selector.IsEmpty || flow.Reason == OutcomeReason.PortClosed) yield break;
        foreach (Deployment deployment in flow.State.Deployments.Values.Where(deployment =>
            deployment.Namespace == service.Namespace && service.Spec.Selector.IsSubsetOf(deployment.Spec.Template.Metadata.Labels)))
        {
            int replicas = deployment.Spec.Replicas ?? 1;
            for (int more = 1; more <= MaxMore; more++)
            {
                yield return FixCandidate.Changed(
                    flow, FixKind.Scale, string.Create(CultureInfo.InvariantCulture, $"scale Deployment {FixCandidate.NameOf(deployment)} to {replicas + more}"),
                    new ScaleDeployment(new ObjectKey(deployment.Namespace, deployment.Name), replicas + more));
            }
        }

        // A pod on the node that has none; on any node where that does not matter.
        string? at = flow.Reason == OutcomeReason.NoLocalEndpoints ? flow.At?.Host : flow.State.Nodes.Values.OrderBy(static node => node.Spec.Taints.Count).FirstOrDefault()?.Name;
        if (at is null || !flow.State.Nodes.ContainsKey(at)) yield break;
        ServicePort port = service.Spec.Ports.First(port => port.Name == flow.Port!.Name.Port && (port.Protocol ?? Protocol.Tcp) == flow.Port.Protocol);
        int number = port.TargetPort is { Name: null, Number: > 0 } target ? target.Number : port.Port;
        yield return FixCandidate.Objects(
            flow, FixKind.AddPod, $"run a pod of Service {FixCandidate.NameOf(service)} on {at}",
            new Pod
            {
                Metadata = new ObjectMeta { Namespace = service.Namespace, Name = $"{service.Name}-on-{at}", Labels = service.Spec.Selector },
                Spec = new PodSpec
                {
                    NodeName = at,
                    Containers = [new Container { Name = "server", Image = "server", Ports = [new ContainerPort { Name = port.TargetPort?.Name ?? "", Port = number, Protocol = port.Protocol }] }],
                },
            });
    }

    /// <summary>The pod, or its Deployment, listens on the port that it was asked for.</summary>
    private static IEnumerable<Fix> Listening(FailedFlow flow, Service service)
    {
        if (flow.Reason != OutcomeReason.PortClosed || flow.Endpoint is not { } endpoint || flow.At is not { } at) yield break;
        var port = new ContainerPort { Port = endpoint.Port, Protocol = flow.Options.Protocol };
        ObjectKey key = ObjectKey.Parse(at.Host);
        if (flow.State.DeploymentOf(key) is { } owner && flow.State.Deployments.TryGetValue(owner, out Deployment? deployment))
        {
            DeploymentSpec spec = deployment.Spec;
            yield return FixCandidate.Objects(
                flow, FixKind.Listen, $"let the pods of Deployment {FixCandidate.NameOf(deployment)} listen on port {Text(port)}",
                deployment with { Spec = spec with { Template = spec.Template with { Spec = WithPort(spec.Template.Spec, port) } } });
        }
        else if (flow.State.Pods.TryGetValue(key, out Pod? pod))
        {
            yield return FixCandidate.Objects(flow, FixKind.Listen, $"let pod {FixCandidate.NameOf(pod)} listen on port {Text(port)}", pod with { Spec = WithPort(pod.Spec, port) });
        }
    }

    private static PodSpec WithPort(PodSpec spec, ContainerPort port) => spec.Containers.IsEmpty
        ? spec
        : spec with { Containers = spec.Containers.Select((container, index) => index == 0 ? container with { Ports = container.Ports.Append(port).ToEquatableArray() } : container).ToEquatableArray() };

    private static string Text(ContainerPort port) => string.Create(CultureInfo.InvariantCulture, $"{port.Port}/{(port.Protocol ?? Protocol.Tcp).LowerName()}");
}
