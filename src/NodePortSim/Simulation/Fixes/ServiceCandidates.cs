using System.Globalization;
using NodePortSim.Collections;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Fixes;

/// <summary>Fields of a Service, and of its endpoints, that could have another value.</summary>
internal static class ServiceCandidates
{
    public static IEnumerable<Fix> Of(FailedFlow flow)
    {
        if (flow.Service is not { } service) return NewNodePort(flow).Concat(Families(flow));
        return Policies(flow, service).Concat(SourceRanges(flow, service)).Concat(TargetPorts(flow, service)).Concat(Endpoints(flow, service));
    }

    private static IEnumerable<Fix> Policies(FailedFlow flow, Service service)
    {
        if (service.Spec.ExternalTrafficPolicy == TrafficPolicy.Local && !flow.IsClusterIP)
            yield return FixCandidate.Patched(flow, FixKind.ExternalTrafficPolicy, "externalTrafficPolicy: Cluster", service, static spec => spec with { ExternalTrafficPolicy = TrafficPolicy.Cluster });
        if (service.Spec.InternalTrafficPolicy == TrafficPolicy.Local && flow.IsClusterIP)
            yield return FixCandidate.Patched(flow, FixKind.InternalTrafficPolicy, "internalTrafficPolicy: Cluster", service, static spec => spec with { InternalTrafficPolicy = TrafficPolicy.Cluster });
    }

    private static IEnumerable<Fix> SourceRanges(FailedFlow flow, Service service)
    {
        if (flow.Reason != OutcomeReason.NotInSourceRanges || flow.Source is not { } source) yield break;
        string range = IpCidr.Host(source).ToString();
        yield return FixCandidate.Objects(
            flow, FixKind.LoadBalancerSourceRanges, $"add {range} to loadBalancerSourceRanges of Service {FixCandidate.NameOf(service)}",
            service with { Spec = service.Spec with { LoadBalancerSourceRanges = service.Spec.LoadBalancerSourceRanges.Append(range).ToEquatableArray() } });
    }

    /// <summary>The ports that the Service's pods listen on, in the place of one that they don't.</summary>
    private static IEnumerable<Fix> TargetPorts(FailedFlow flow, Service service)
    {
        if (flow.Reason is not (OutcomeReason.PortClosed or OutcomeReason.NoEndpoints or OutcomeReason.NoLocalEndpoints)) yield break;
        ServicePort current = PortOf(flow, service);
        IEnumerable<int> listening = PodCandidates.PodsOf(flow, service).SelectMany(static pod => pod.Spec.Containers).SelectMany(static container => container.Ports)
            .Where(port => (port.Protocol ?? Protocol.Tcp) == flow.Options.Protocol).Select(static port => port.Port).Distinct();
        foreach (int number in listening.Where(number => current.TargetPort?.Number != number || current.TargetPort?.Name is not null))
        {
            yield return FixCandidate.Patched(
                flow, FixKind.TargetPort, string.Create(CultureInfo.InvariantCulture, $"targetPort: {number}"), service,
                spec => spec with { Ports = spec.Ports.Select(port => port == current ? port with { TargetPort = new IntOrString(number) } : port).ToEquatableArray() });
        }
    }

    private static ServicePort PortOf(FailedFlow flow, Service service) =>
        service.Spec.Ports.First(port => port.Name == flow.Port!.Name.Port && (port.Protocol ?? Protocol.Tcp) == flow.Port.Protocol);

    /// <summary>The selector that would find pods, and endpoints that are there but not used, or used but not there.</summary>
    private static IEnumerable<Fix> Endpoints(FailedFlow flow, Service service)
    {
        if (!service.Spec.Selector.IsEmpty && PodCandidates.PodsOf(flow, service).Count == 0)
        {
            foreach (Deployment deployment in flow.State.Deployments.Values.Where(deployment => deployment.Namespace == service.Namespace))
                yield return FixCandidate.Patched(flow, FixKind.Selector, $"selector: {deployment.Spec.Selector}, that of Deployment {FixCandidate.NameOf(deployment)},", service, spec => spec with { Selector = deployment.Spec.Selector });
        }

        EndpointSlice[] slices = [.. flow.State.SlicesOf(flow.Port!.Name.Service)];
        if (slices.Any(slice => flow.State.ManagedSlices.Contains(new ObjectKey(slice.Namespace, slice.Name)))) yield break;
        foreach (EndpointSlice slice in slices)
        {
            for (int i = 0; i < slice.Endpoints.Count; i++)
            {
                Endpoint endpoint = slice.Endpoints[i];
                string address = endpoint.Addresses.IsEmpty ? "" : endpoint.Addresses[0];
                int index = i;
                if (endpoint.Ready == false || endpoint.Terminating == true)
                {
                    Endpoint ready = endpoint with { Ready = true, Serving = true, Terminating = false };
                    yield return FixCandidate.Objects(
                        flow, FixKind.Readiness, $"let endpoint {address} of EndpointSlice {FixCandidate.NameOf(slice)} be ready",
                        slice with { Endpoints = slice.Endpoints.Select((old, at) => at == index ? ready : old).ToEquatableArray() });
                }

                if (flow.Endpoint is { } chosen && address == chosen.Address.ToString() && slice.Endpoints.Count > 1)
                {
                    yield return FixCandidate.Objects(
                        flow, FixKind.EndpointSlice, $"take endpoint {address} out of EndpointSlice {FixCandidate.NameOf(slice)}",
                        slice with { Endpoints = slice.Endpoints.Where((_, at) => at != index).ToEquatableArray() });
                }
            }
        }
    }

    /// <summary>The port that the client asks for as the node port of a Service that has one.</summary>
    private static IEnumerable<Fix> NewNodePort(FailedFlow flow)
    {
        if (flow.Node is null || flow.Reason != OutcomeReason.PortClosed) yield break;
        foreach (ServicePortInfo info in flow.Services.ServicePorts(flow.Family).Where(port => port.NodePort != 0 && port.Protocol == flow.Options.Protocol))
        {
            Service service = flow.State.Services[info.Name.Service];
            yield return FixCandidate.Patched(
                flow, FixKind.NodePort, string.Create(CultureInfo.InvariantCulture, $"nodePort: {flow.To.Port} for port {info.Port}"), service,
                spec => spec with { Ports = spec.Ports.Select(port => port.NodePort == info.NodePort ? port with { NodePort = flow.To.Port } : port).ToEquatableArray() });
        }
    }

    /// <summary>Both families for a Service that has the client's only in the other one.</summary>
    private static IEnumerable<Fix> Families(FailedFlow flow)
    {
        IpFamily other = flow.Family == IpFamily.IPv4 ? IpFamily.IPv6 : IpFamily.IPv4;
        foreach (ServicePortInfo info in flow.Services.ServicePorts(other).Where(port => flow.Node is not null && port.NodePort == flow.To.Port && port.Protocol == flow.Options.Protocol))
        {
            Service service = flow.State.Services[info.Name.Service];
            yield return FixCandidate.Patched(
                flow, FixKind.IpFamilies, "ipFamilyPolicy: RequireDualStack", service,
                spec => spec with { IpFamilyPolicy = IpFamilyPolicy.RequireDualStack, IpFamilies = [other, flow.Family] });
        }
    }
}
