using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Manifests.Binding;

namespace NodePortSim.Manifests.Kinds;

/// <summary>Binds a nodeportsim.dev/v1alpha1 ExternalClient.</summary>
internal static class ExternalClientBinder
{
    public static ExternalClient Bind(MappingBinder root)
    {
        MappingBinder spec = root.Mapping("spec");
        var bound = new ExternalClient
        {
            Metadata = MetadataBinder.Bind(root),
            Addresses = spec.Strings("addresses"),
            Routes = spec.List("routes", BindRoute),
        };
        spec.WarnUnknown();
        return bound;
    }

    private static ClientRoute BindRoute(MappingBinder route)
    {
        var bound = new ClientRoute(route.StringOrEmpty("to"), route.StringOrEmpty("via"));
        route.WarnUnknown();
        return bound;
    }
}
