using NodePortSim.Kubernetes;
using NodePortSim.Manifests.Binding;

namespace NodePortSim.Manifests.Kinds;

/// <summary>Binds a v1 Endpoints.</summary>
internal static class EndpointsBinder
{
    public static Endpoints Bind(MappingBinder root) => new()
    {
        Metadata = MetadataBinder.Bind(root),
        Subsets = root.List("subsets", BindSubset),
    };

    private static EndpointSubset BindSubset(MappingBinder subset)
    {
        var bound = new EndpointSubset
        {
            Addresses = subset.List("addresses", BindAddress),
            NotReadyAddresses = subset.List("notReadyAddresses", BindAddress),
            Ports = subset.List("ports", BindPort),
        };
        subset.WarnUnknown();
        return bound;
    }

    // Unlike a slice's, the name is no pointer in the API: absent means "".
    private static EndpointPort BindPort(MappingBinder port)
    {
        EndpointPort bound = EndpointSliceBinder.BindPort(port);
        return bound with { Name = bound.Name ?? "" };
    }

    private static EndpointAddress BindAddress(MappingBinder address)
    {
        var bound = new EndpointAddress
        {
            Ip = address.StringOrEmpty("ip"),
            Hostname = address.String("hostname"),
            NodeName = address.String("nodeName"),
            TargetRef = EndpointSliceBinder.BindTargetRef(address),
        };
        address.WarnUnknown();
        return bound;
    }
}
