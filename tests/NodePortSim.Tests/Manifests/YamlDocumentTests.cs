using System.Globalization;
using System.Text;
using NodePortSim.Manifests;
using NodePortSim.Manifests.Yaml;

namespace NodePortSim.Tests.Manifests;

public class YamlDocumentTests
{
    [Fact]
    public void Nodes_know_their_place_in_the_whole_text() =>
        Dump("# comment\na: 1\nb:\n- x\n- {c: 'd'}\n---\n\ne:\n").Should().Be(
            """
            {a@2:1 = integer 1@2:4, b@3:1 = [string x@4:3, {c@5:4 = string d@5:7}@5:3]@4:1}@2:1
            {e@8:1 = null @8:3}@8:1
            """);

    [Fact]
    public void Aliases_and_merge_keys_are_resolved_and_own_keys_win() =>
        Dump("a: &a {x: 1, z: 2}\nb: {<<: *a, z: 3}\nc:\n  <<: [{w: 0}, *a]\n  x: 9\nd: *a\n").Should().Be(
            "{a@1:1 = {x@1:8 = integer 1@1:11, z@1:14 = integer 2@1:17}@1:4, " +
            "b@2:1 = {z@2:13 = integer 3@2:16, x@1:8 = integer 1@1:11}@2:4, " +
            "c@3:1 = {x@5:3 = integer 9@5:6, w@4:9 = integer 0@4:12, z@1:14 = integer 2@1:17}@4:3, " +
            "d@6:1 = {x@1:8 = integer 1@1:11, z@1:14 = integer 2@1:17}@1:4}@1:1");

    [Fact]
    public void Keys_become_strings_as_on_the_way_to_JSON() =>
        Dump("{on: 1, 0x10: 2, 1.5: 3, 'no': 4}").Should().Be(
            "{true@1:2 = integer 1@1:6, 16@1:9 = integer 2@1:15, 1.5@1:18 = integer 3@1:23, no@1:26 = integer 4@1:32}@1:1");

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3\n", "y:3:1: key \"a\" already set in map")]
    [InlineData("{on: 1, true: 2}", "y:1:9: key \"true\" already set in map")]
    [InlineData("a: *b\n", "y:1:4: invalid YAML: unknown anchor 'b' referenced")]
    [InlineData("a: &a [*a]\n", "y:1:8: invalid YAML: anchor 'a' value contains itself")]
    [InlineData("? [a]\n: b\n", "y:1:3: invalid map key of type array")]
    [InlineData("~: b\n", "y:1:1: invalid map key of type null")]
    [InlineData("<<: 3\n", "y:1:1: map merge requires map or sequence of maps as the value")]
    [InlineData("a: {b: c\nd: e\n", "y:1:5: invalid YAML: cannot be parsed from here on")]
    public void Bad_structure_is_a_located_error(string text, string problem) => Problems(text).Should().Be(problem);

    [Fact]
    public void Nesting_is_bounded()
    {
        Problems(new string('[', 200) + new string(']', 200)).Should().BeEmpty();
        Problems(new string('[', 201) + new string(']', 201)).Should().Be("y:1:201: invalid YAML: exceeded max depth of 200");
    }

    [Fact]
    public void Nesting_by_aliases_is_bounded_too()
    {
        var text = new StringBuilder("a0: &a0 []\n");
        for (int i = 1; i < 250; i++) text.Append(CultureInfo.InvariantCulture, $"a{i}: &a{i} [*a{i - 1}]\n");
        Problems(text.ToString()).Should().Be("y:200:14: invalid YAML: exceeded max depth of 200", "a199 has 200 levels, one below the root");
    }

    [Fact]
    public void Aliases_cannot_stand_for_more_nodes_than_the_limit()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++)
            text.Append(CultureInfo.InvariantCulture, $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        Problems(text.ToString()).Should().Contain("document contains excessive aliasing");
    }

    [Fact]
    public void Directives_belong_to_the_document_after_them() =>
        Dump("%YAML 1.1\n# c\n---\na: 1\n...\n---\nb: 2\n").Should().Be("{a@4:1 = integer 1@4:4}@4:1\n{b@7:1 = integer 2@7:4}@7:1");

    [Fact]
    public void A_byte_order_mark_and_carriage_returns_do_not_count() =>
        Dump("\uFEFFa: 1\r\n---\r\nb: 2\r\n").Should().Be("{a@1:1 = integer 1@1:4}@1:1\n{b@3:1 = integer 2@3:4}@3:1");

    [Fact]
    public void Content_may_follow_a_separator_on_its_line_and_dashes_in_a_block_scalar_are_text() =>
        Dump("--- {a: 1}\n--- # c\nb: |\n  x\n  ---\n  y\n").Should().Be(
            "{a@1:6 = integer 1@1:9}@1:5\n{b@3:1 = string x\n---\ny\n@3:4}@3:1");

    [Fact]
    public void A_long_mapping_finds_each_of_its_keys()
    {
        YamlMapping mapping = (YamlMapping)YamlDocumentReader.Read(
            string.Concat(Enumerable.Range(0, 100).Select(i => $"k{i}: {i}\n")), new DiagnosticList("y")).Single().Root;

        Enumerable.Range(0, 100).Select(i => ((YamlScalar)mapping[$"k{i}"]!).Text).Should().Equal(Enumerable.Range(0, 100).Select(i => $"{i}"));
        mapping["k100"].Should().BeNull();
    }

    private static string Problems(string text)
    {
        var diagnostics = new DiagnosticList("y");
        _ = YamlDocumentReader.Read(text, diagnostics).Count();
        return string.Join('\n', diagnostics.Sorted());
    }

    private static string Dump(string text)
    {
        var diagnostics = new DiagnosticList("y");
        string dump = string.Join('\n', YamlDocumentReader.Read(text, diagnostics).Select(document => Dump(document.Root)));
        diagnostics.Sorted().Should().BeEmpty();
        return dump;
    }

    private static string Dump(YamlNode node) => node switch
    {
        YamlScalar scalar => $"{scalar.TypeName} {scalar.Text}",
        YamlSequence sequence => $"[{string.Join(", ", sequence.Items.Select(Dump))}]",
        YamlMapping mapping => $"{{{string.Join(", ", mapping.Entries.Select(e => $"{e.Key}{Place(e.KeyPosition)} = {Dump(e.Value)}"))}}}",
        _ => "?",
    } + Place(node.Position);

    private static string Place(YamlPosition position) => $"@{position.Line}:{position.Column}";
}
