using System.Text.Json;
using System.Text.RegularExpressions;
using NodePortSim.Manifests;
using NodePortSim.Manifests.Binding;
using NodePortSim.Manifests.Yaml;
using NodePortSim.Scenarios;
using NodePortSim.Simulation;

namespace NodePortSim.Tests.Scenarios;

public class ScenarioSchemaTests
{
    /// <summary>Every step, with every list that has fields of its own; and a step of each kind to delete.</summary>
    private const string Everything =
        """
        apiVersion: nodeportsim.dev/v1alpha1
        kind: Scenario
        metadata: {name: all}
        spec:
          files: [a.yaml, b]
          seed: 18446744073709551615
          steps:
          - connect: {from: mypc, to: "worker:30682", protocol: udp, sourcePort: 40001, count: 9}
            expect: {outcome: timeout, backends: 3, peer: 172.18.0.4, reason: NoLocalEndpoints, pod: web-1, node: worker}
          - patch: {service: web/front, spec: {externalTrafficPolicy: Local, sessionAffinity: null, selector: {app: null, tier: web}, ports: [{port: 80, targetPort: http}]}}
          - scale: {deployment: echo, replicas: 2}
          - conntrackFlush: {}
          - conntrackFlush:
          - apply: {files: [more.yaml]}
          - delete: {service: front}
          - delete: {endpointslice: front-1}
          - delete: {endpoints: front}
          - delete: {pod: web/a}
          - delete: {deployment: echo}
          - delete: {node: worker}
          - delete: {externalclient: mypc}
          - advance: 1h1.5m.5s1us
          - conntrack: {node: worker}
          - rules: {node: worker, table: filter, chain: KUBE-FORWARD, family: ipv6, counters: true}
        """;

    private static readonly JsonDocument Document = JsonDocument.Parse(Resource("scenario.schema.json"));

    private static readonly JsonSchema Schema = new(Document.RootElement);

    public static TheoryData<string> Files => [.. typeof(ScenarioSchemaTests).Assembly.GetManifestResourceNames().Where(static name => name.StartsWith("yaml/", StringComparison.Ordinal) && IsScenario(Resource(name)))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Scenario_files_of_samples_and_tests_hold_the_schema(string file) => Check(Resource(file)).Should().BeEmpty();

    [Fact]
    public void Every_step_holds_the_schema()
    {
        Check(Everything).Should().BeEmpty();
        ScenarioReader.ReadText(Everything).Diagnostics.Should().BeEmpty();
    }

    [Theory]
    [InlineData("- connect: {from: a, to: \"b:1\", prot: tcp}", ".spec.steps[0].connect: has an unknown field prot")]
    [InlineData("- connect: {from: a}", ".spec.steps[0].connect: has no to")]
    [InlineData("- connect: {from: a, to: \"b:1\", count: 0}", ".spec.steps[0].connect.count: is below 1")]
    [InlineData("- connect: {from: a, to: \"b:1\"}\n    expect: {outcome: lost}", ".spec.steps[0].expect.outcome: is none of [")]
    [InlineData("- connect: {from: a, to: \"b:1\"}\n    expect: {reason: Lost}", ".spec.steps[0].expect.reason: is not exactly one of the choices")]
    [InlineData("- scale: {deployment: a, replicas: 1}\n    expect: {}", ".spec.steps[0]: expect needs connect")]
    [InlineData("- {}", ".spec.steps[0]: is not exactly one of the choices")]
    [InlineData("- delete: {service: a, pod: b}", ".spec.steps[0].delete: has more than one field")]
    [InlineData("- advance: 120", ".spec.steps[0].advance: is integer, not string")]
    [InlineData("- advance: -1s", ".spec.steps[0].advance: does not match ")]
    public void What_the_reader_refuses_the_schema_refuses(string step, string problem)
    {
        string text = $"apiVersion: nodeportsim.dev/v1alpha1\nkind: Scenario\nmetadata: {{name: a}}\nspec:\n  steps:\n  {step}\n";
        Check(text).Should().ContainSingle().Which.Should().StartWith(problem);
        ScenarioReader.ReadText(text).HasErrors.Should().BeTrue();
    }

    [Fact]
    public void The_schema_knows_exactly_the_fields_that_the_reader_knows()
    {
        var known = new HashSet<string>();
        var diagnostics = new DiagnosticList("x");
        var context = new BindingContext(diagnostics) { FieldKnown = path => known.Add(Regex.Replace(path.ToString(), @"\[\d+\]", "[]")) };
        MappingBinder root = MappingBinder.ForRoot((YamlMapping)Read(Everything), context);
        root.RequiredString("kind");
        root.RequiredString("apiVersion");
        ScenarioBinder.Bind(root, "");
        Schema.Paths().Should().BeEquivalentTo(known);
    }

    [Fact]
    public void The_schema_s_outcomes_and_reasons_are_the_library_s()
    {
        JsonElement expect = Document.RootElement.GetProperty("$defs").GetProperty("step").GetProperty("properties").GetProperty("expect").GetProperty("properties");
        expect.GetProperty("outcome").GetProperty("enum").EnumerateArray().Select(static value => value.GetString()).Should().Equal(Enum.GetValues<Outcome>().Select(static value => value.LowerName()));
        expect.GetProperty("reason").GetProperty("oneOf").EnumerateArray().Select(static value => value.GetProperty("const").GetString()).Should().Equal(Enum.GetNames<OutcomeReason>());
    }

    private static IEnumerable<string> Check(string text) => Schema.Check(Read(text));

    private static bool IsScenario(string text) => Read(text) is YamlMapping mapping && mapping["kind"] is YamlScalar { Text: "Scenario" };

    private static YamlNode Read(string text) => YamlDocumentReader.Read(text, new DiagnosticList("x")).First().Root;

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(ScenarioSchemaTests).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
