using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>Turns a given Endpoints object into EndpointSlices, as the mirroring controller does: one for each subset and family.</summary>
internal static class EndpointsMirror
{
    private const string SkipLabel = "endpointslice.kubernetes.io/skip-mirror";
    private const int MaxEndpoints = 1000;

    /// <summary>The slices, without names; none where the object asks not to be mirrored.</summary>
    public static List<EndpointSlice> SlicesOf(Endpoints endpoints)
    {
        var slices = new List<EndpointSlice>();
        if (endpoints.Metadata.Labels[SkipLabel] == "true") return slices;
        StringMap labels = endpoints.Metadata.Labels
            .With(EndpointSlice.ServiceNameLabel, endpoints.Name)
            .With("endpointslice.kubernetes.io/managed-by", "endpointslicemirroring-controller.k8s.io");
        foreach (EndpointSubset subset in endpoints.Subsets)
        {
            foreach (IpFamily family in (IpFamily[])[IpFamily.IPv4, IpFamily.IPv6])
            {
                List<Endpoint> mirrored =
                [
                    .. subset.Addresses.Where(address => IsOf(address, family)).Select(static address => EndpointOf(address, ready: true)),
                    .. subset.NotReadyAddresses.Where(address => IsOf(address, family)).Select(static address => EndpointOf(address, ready: false)),
                ];
                if (mirrored.Count == 0) continue;
                slices.Add(new EndpointSlice
                {
                    Metadata = new ObjectMeta { GenerateName = endpoints.Name + "-", Labels = labels },
                    AddressType = family == IpFamily.IPv4 ? AddressFormat.IPv4 : AddressFormat.IPv6,
                    Ports = subset.Ports.Select(static port => port with { Name = port.Name ?? "" }).ToEquatableArray(),
                    Endpoints = mirrored.Take(MaxEndpoints).ToEquatableArray(),
                });
            }
        }

        return slices;
    }

    private static bool IsOf(EndpointAddress address, IpFamily family) => IpAddr.TryParse(address.Ip, out IpAddr ip) && ip.Family == family;

    private static Endpoint EndpointOf(EndpointAddress address, bool ready) => new()
    {
        Addresses = [address.Ip],
        Ready = ready,
        Hostname = string.IsNullOrEmpty(address.Hostname) ? null : address.Hostname,
        NodeName = address.NodeName,
        TargetRef = address.TargetRef,
    };
}
