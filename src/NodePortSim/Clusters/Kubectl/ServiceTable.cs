using System.Globalization;
using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Clusters.Kubectl;

/// <summary>The table of Services.</summary>
internal static class ServiceTable
{
    private const int NarrowAddresses = 16;

    public static KubectlTable Of(ClusterState state, KubectlGetOptions options)
    {
        var table = new KubectlTable("service", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE", "*SELECTOR");
        foreach ((ObjectKey key, Service service) in state.Services)
        {
            if (options.Namespace is { } space && key.Namespace != space) continue;
            ServiceSpec spec = service.Spec;
            table.Add(
                key,
                (spec.Type ?? ServiceType.ClusterIP).ToString(),
                spec.ClusterIPs.IsEmpty ? OrNone(spec.ClusterIP) : spec.ClusterIPs[0],
                ExternalAddresses(service, options.Wide),
                OrNone(string.Join(',', spec.Ports.Select(Port))),
                HumanDuration.Format(options.Age),
                spec.Selector.ToString());
        }

        return table;
    }

    private static string ExternalAddresses(Service service, bool wide)
    {
        ServiceSpec spec = service.Spec;
        if (spec.Type == ServiceType.ExternalName) return spec.ExternalName;
        if (spec.Type != ServiceType.LoadBalancer) return OrNone(string.Join(',', spec.ExternalIPs));
        string given = string.Join(',', service.Status.LoadBalancerIngress
            .Select(static ingress => ingress.Ip ?? ingress.Hostname ?? "")
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal));
        if (!wide && given.Length > NarrowAddresses) given = given[..(NarrowAddresses - 3)] + "...";
        string all = string.Join(',', spec.ExternalIPs.Prepend(given).Where(static text => text.Length > 0));
        return all.Length == 0 ? "<pending>" : all;
    }

    private static string Port(ServicePort port)
    {
        string protocol = (port.Protocol ?? Protocol.Tcp).ApiName();
        return port.NodePort > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{port.Port}:{port.NodePort}/{protocol}")
            : string.Create(CultureInfo.InvariantCulture, $"{port.Port}/{protocol}");
    }

    private static string OrNone(string text) => text.Length == 0 ? "<none>" : text;
}
