using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Manifests.Binding;

namespace NodePortSim.Manifests.Kinds;

/// <summary>Binds an EndpointSlice of discovery.k8s.io/v1 or v1beta1; the older one is read as the newer.</summary>
internal static class EndpointSliceBinder
{
    public static EndpointSlice Bind(MappingBinder root) => new()
    {
        Metadata = MetadataBinder.Bind(root),
        AddressType = root.Enum("addressType", ApiNames.AddressFormats),
        Endpoints = root.List("endpoints", BindEndpoint),
        Ports = root.List("ports", BindPort),
    };

    /// <summary>Binds a port of an EndpointSlice or of an Endpoints.</summary>
    public static EndpointPort BindPort(MappingBinder port)
    {
        var bound = new EndpointPort
        {
            Name = port.String("name"),
            Protocol = port.Enum("protocol", ApiNames.Protocols),
            Port = port.Int32("port"),
            AppProtocol = port.String("appProtocol"),
        };
        port.WarnUnknown();
        return bound;
    }

    /// <summary>Binds <c>targetRef</c>.</summary>
    public static ObjectReference? BindTargetRef(MappingBinder endpoint) =>
        endpoint.OptionalMapping("targetRef") is { } target
            ? new ObjectReference(target.StringOrEmpty("kind"), target.StringOrEmpty("namespace"), target.StringOrEmpty("name"))
            : null;

    private static Endpoint BindEndpoint(MappingBinder endpoint)
    {
        MappingBinder conditions = endpoint.Mapping("conditions");
        MappingBinder hints = endpoint.Mapping("hints");

        // v1beta1 said both by labels of the node; v1 keeps its answer in deprecatedTopology, beside the fields of their own.
        StringMap topology = endpoint.StringMap("topology");
        var bound = new Endpoint
        {
            Addresses = endpoint.Strings("addresses"),
            Ready = conditions.Bool("ready"),
            Serving = conditions.Bool("serving"),
            Terminating = conditions.Bool("terminating"),
            Hostname = endpoint.String("hostname"),
            NodeName = endpoint.String("nodeName") ?? topology["kubernetes.io/hostname"],
            Zone = endpoint.String("zone") ?? topology[Node.ZoneLabel],
            HintsForZones = BindHints(hints, "forZones"),
            HintsForNodes = BindHints(hints, "forNodes"),
            TargetRef = BindTargetRef(endpoint),
        };
        conditions.WarnUnknown();
        hints.WarnUnknown();
        endpoint.Ignore("deprecatedTopology");
        endpoint.WarnUnknown();
        return bound;
    }

    private static EquatableArray<string> BindHints(MappingBinder hints, string field) =>
        hints.List(field, static hint =>
        {
            string name = hint.StringOrEmpty("name");
            hint.WarnUnknown();
            return name;
        });
}
