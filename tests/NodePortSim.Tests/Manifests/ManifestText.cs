using NodePortSim.Kubernetes;
using NodePortSim.Manifests;

namespace NodePortSim.Tests.Manifests;

/// <summary>Reads a test's manifest texts, which are called m.yaml.</summary>
internal static class ManifestText
{
    public static T One<T>(string yaml)
        where T : KubernetesObject
    {
        ManifestResult result = ManifestReader.ReadText(yaml, "m.yaml");
        result.Diagnostics.Should().BeEmpty();
        return result.Objects.Should().ContainSingle().Which.Object.Should().BeOfType<T>().Which;
    }

    public static string Problems(string yaml) => string.Join('\n', ManifestReader.ReadText(yaml, "m.yaml").Diagnostics);
}
