using NodePortSim.Manifests;

namespace NodePortSim.Tests.Manifests;

public class SourceMapTests
{
    private const string Text =
        """
        # a list, so that objects have an indent
        apiVersion: v1
        kind: List
        items:
        - apiVersion: v1
          kind: Pod
        - apiVersion: v1
          kind: Service
          metadata:
            name: web
            labels:
              app.kubernetes.io/name: web
          spec:
            clusterIP:
            ports:
            - port: 80
              nodePort: 30080
            - {port: 81}
        """;

    [Theory]
    [InlineData("", 7, 3)]
    [InlineData("metadata.name", 10, 11)]
    [InlineData("metadata.labels[app.kubernetes.io/name]", 12, 31)]
    [InlineData("spec.ports", 16, 5)]
    [InlineData("spec.ports[0]", 16, 7)]
    [InlineData("spec.ports[0].nodePort", 17, 17)]
    [InlineData("spec.ports[1].port", 18, 14)]
    public void A_field_that_was_written_is_at_its_value(string field, int line, int column) =>
        ServiceSource().Locate(field).Should().Be(("m.yaml", line, column));

    [Theory]
    [InlineData("spec.clusterIP", 14, 5)]
    [InlineData("spec.type", 13, 3)]
    [InlineData("spec.sessionAffinityConfig.clientIP.timeoutSeconds", 13, 3)]
    [InlineData("spec.ports[1].nodePort", 18, 7)]
    [InlineData("spec.ports[2]", 15, 5)]
    [InlineData("metadata.labels[tier]", 11, 5)]
    [InlineData("status", 7, 3)]
    [InlineData("spec.ports[x", 15, 5)]
    public void A_field_that_was_not_written_is_at_the_key_around_it(string field, int line, int column) =>
        ServiceSource().Locate(field).Should().Be(("m.yaml", line, column));

    [Fact]
    public void An_error_of_a_validator_becomes_a_diagnostic() =>
        ServiceSource().Error("spec.ports[0].nodePort", "Invalid value: 30080: provided port is already allocated").ToString()
            .Should().Be("m.yaml:17:17: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated");

    private static SourceMap ServiceSource() => ManifestReader.ReadText(Text, "m.yaml").Objects[1].Source;
}
