using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Manifests.Binding;

namespace NodePortSim.Manifests.Kinds;

/// <summary>Binds a nodeportsim.dev/v1alpha1 Network.</summary>
internal static class NetworkBinder
{
    public static NetworkConfiguration Bind(MappingBinder root)
    {
        MappingBinder spec = root.Mapping("spec");
        var bound = new NetworkConfiguration
        {
            Metadata = MetadataBinder.Bind(root),
            Cni = spec.Enum("cni", ApiNames.CniTypes) ?? CniType.Ptp,
            HostAddress = spec.Enum("hostAddress", ApiNames.CniHostAddresses) ?? CniHostAddress.PodGateway,
            Hairpin = spec.Bool("hairpin") ?? true,
            BridgeNfCallIptables = spec.Bool("bridgeNfCallIptables") ?? true,
            Gateways = spec.Strings("gateways"),
            Sysctls = spec.TextMap("sysctls"),
        };
        spec.WarnUnknown();
        return bound;
    }
}
