using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Defaults;
using NodePortSim.Kubernetes.Validation;
using NodePortSim.Manifests;

namespace NodePortSim.Tests.Kubernetes;

/// <summary>Objects of manifests, for tests.</summary>
internal static class Yaml
{
    /// <summary>The objects of a text, as given.</summary>
    public static KubernetesObject[] Objects(string text) =>
        [.. ManifestReader.ReadText(text).ThrowIfErrors().Objects.Select(static o => o.Object)];

    /// <summary>The one object of a text, as given.</summary>
    public static T Object<T>(string text)
        where T : KubernetesObject
        => (T)Objects(text).Single();

    /// <summary>The problems of the one object of a text, defaulted, one a line.</summary>
    public static string Problems(string text) =>
        string.Join('\n', ObjectValidation.Validate(ObjectDefaults.Apply(Objects(text).Single())).Select(static error => error.ToString()));

    /// <summary>The problems of a Service with this spec, given in flow style.</summary>
    public static string ServiceProblems(string spec) => Problems(Service(spec));

    /// <summary>The manifest of a Service with this spec, given in flow style.</summary>
    public static string Service(string spec, string name = "web") =>
        $"{{apiVersion: v1, kind: Service, metadata: {{name: {name}}}, spec: {spec}}}";
}
