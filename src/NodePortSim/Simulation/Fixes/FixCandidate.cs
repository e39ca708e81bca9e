using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Fixes;

/// <summary>Makes fixes that are still to be tried.</summary>
internal static class FixCandidate
{
    /// <summary>The client connects to something else, and the cluster stays as it is.</summary>
    public static Fix Elsewhere(FailedFlow flow, FixKind kind, string sentence, IpEndpoint to, Protocol? protocol = null) => new()
    {
        Kind = kind,
        Sentence = sentence,
        From = flow.From,
        To = to,
        Options = OptionsOf(flow) with { Protocol = protocol ?? flow.Options.Protocol },
    };

    /// <summary>The client connects as before, to a cluster with other objects.</summary>
    public static Fix Objects(FailedFlow flow, FixKind kind, string sentence, params KubernetesObject[] objects) =>
        Changed(flow, kind, sentence, new ApplyObjects(objects.ToEquatableArray()));

    /// <summary>The client connects as before, to a cluster that was changed.</summary>
    public static Fix Changed(FailedFlow flow, FixKind kind, string sentence, FixChange change) => new()
    {
        Kind = kind,
        Sentence = sentence,
        From = flow.From,
        To = flow.To,
        Options = OptionsOf(flow),
        Change = change,
    };

    /// <summary>A Service with another spec, and the sentence <c>set FIELD of Service NAME</c>.</summary>
    public static Fix Patched(FailedFlow flow, FixKind kind, string what, Service service, Func<ServiceSpec, ServiceSpec> change) =>
        Objects(flow, kind, $"set {what} in Service {NameOf(service)}", service with { Spec = change(service.Spec) });

    /// <summary>From another source port: nodes may remember the flow that failed.</summary>
    private static ConnectOptions OptionsOf(FailedFlow flow) => flow.Options with { SourcePort = 0 };

    /// <summary>An object's name with its namespace.</summary>
    public static string NameOf(KubernetesObject value) => value.Namespace.Length > 0 ? $"{value.Namespace}/{value.Name}" : value.Name;
}
