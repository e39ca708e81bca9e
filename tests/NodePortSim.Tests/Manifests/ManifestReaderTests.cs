using NodePortSim.Kubernetes;
using NodePortSim.Manifests;

namespace NodePortSim.Tests.Manifests;

public sealed class ManifestReaderTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("manifests").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_directory_gives_its_manifests_in_ordinal_order_of_names()
    {
        Write("b.yaml", Pod("b"));
        Write("a.yml", Pod("a"));
        Write("B.json", """{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "B"}}""");
        Write("c.txt", "no: manifest");
        Directory.CreateDirectory(Path.Combine(_directory, "d.yaml"));

        Names(ManifestReader.Load(_directory)).Should().Equal("B", "a", "b");
    }

    [Fact]
    public void Files_come_in_the_order_given_and_a_dash_is_standard_input()
    {
        string second = Write("a.yaml", Pod("a"));
        using var input = new StringReader(Pod("stdin") + "---\n" + Pod("last"));

        Names(ManifestReader.Read(["-", second], input)).Should().Equal("stdin", "last", "a");
    }

    [Fact]
    public void The_problems_of_all_files_come_together()
    {
        string first = Write("1.yaml", "kind: Pod\n");
        string second = Write("2.yaml", "a: [\n");
        string empty = Directory.CreateDirectory(Path.Combine(_directory, "empty")).FullName;

        ManifestResult result = ManifestReader.Read([first, "nowhere.yaml", second, empty, "-"]);

        string.Join('\n', result.Diagnostics).Should().Be(
            $"""
            {first}:1:1: apiVersion not set
            nowhere.yaml: the path "nowhere.yaml" does not exist
            {second}:2:1: invalid YAML: While parsing a node, did not find expected node content.
            {empty}: the directory has no file with one of the extensions .json, .yaml and .yml
            -: there is no standard input
            """);
    }

    [Fact]
    public void Loading_refuses_errors_with_all_of_them_in_the_message()
    {
        string file = Write("1.yaml", "kind: Pod\n---\napiVersion: v1\n---\n{apiVersion: v1, kind: Secret}\n");

        Action load = () => ManifestReader.Load(file);

        ManifestException exception = load.Should().Throw<ManifestException>().Which;
        exception.Message.Should().Be($"{file}:1:1: apiVersion not set\n{file}:3:1: Object 'Kind' is missing");
        exception.Diagnostics.Should().HaveCount(3, "the warning is there too");
    }

    [Fact]
    public void Lists_are_flattened_and_items_of_typed_lists_inherit_their_kind()
    {
        ManifestResult result = ManifestReader.ReadText(
            """
            apiVersion: v1
            kind: ServiceList
            metadata: {resourceVersion: "1"}
            items: [{metadata: {name: a}}, {metadata: {name: b}, kind: Service, apiVersion: v1}]
            ---
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: v1, kind: Node, metadata: {name: c}}
            - {apiVersion: discovery.k8s.io/v1, kind: EndpointSliceList, items: [{metadata: {name: d}, addressType: IPv4}]}
            ---
            apiVersion: v1
            kind: PodList
            items: null
            """);

        result.Diagnostics.Should().BeEmpty();
        result.Objects.Select(o => $"{o.Object.Kind} {o.Object.Name}").Should().Equal("Service a", "Service b", "Node c", "EndpointSlice d");
    }

    [Fact]
    public void An_item_without_kind_in_an_untyped_list_is_refused() =>
        ManifestText.Problems("apiVersion: v1\nkind: List\nitems:\n- metadata: {name: a}\n")
            .Should().Be("m.yaml:4:3: Object 'Kind' is missing\nm.yaml:4:3: apiVersion not set");

    private string Write(string name, string text)
    {
        string path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Pod(string name) => $"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n";

    private static IEnumerable<string> Names(ManifestResult result) => result.Objects.Select(o => o.Object).OfType<Pod>().Select(p => p.Name);
}
