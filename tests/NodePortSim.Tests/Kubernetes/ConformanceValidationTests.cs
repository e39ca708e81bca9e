using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Defaults;
using NodePortSim.Kubernetes.Validation;
using NodePortSim.Tests.Conformance;

namespace NodePortSim.Tests.Kubernetes;

public class ConformanceValidationTests
{
    public static TheoryData<string> Cases => ConformanceCases.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_recorded_object_is_valid(string name)
    {
        ConformanceCase recorded = ConformanceCases.Of(name);
        foreach (string text in recorded.States.Append(recorded.Files.GetValueOrDefault("hosts.yaml") ?? ""))
        {
            foreach (KubernetesObject value in Yaml.Objects(text))
                ObjectValidation.Validate(ObjectDefaults.Apply(value)).Should().BeEmpty($"{value.Kind} {value.Namespace}/{value.Name} is");
        }
    }
}
