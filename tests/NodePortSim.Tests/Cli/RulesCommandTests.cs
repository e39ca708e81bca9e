using NodePortSim.Iptables.Text;
using NodePortSim.KubeProxy;
using NodePortSim.Net;
using NodePortSim.Tests.Conformance;

namespace NodePortSim.Tests.Cli;

public class RulesCommandTests
{
    [Theory]
    [InlineData("01-lab-nodeport")]
    [InlineData("38-dual-stack")]
    [InlineData("80-partial-sync")]
    public void Out_writes_the_recorded_files_of_all_nodes(string name)
    {
        using var tool = new Tool();
        ConformanceCase recorded = ConformanceCases.Of(name);
        List<string> args = ["rules", "-f", tool.File("cluster.yaml", recorded.Files["cluster.yaml"]), "--out", tool.Path("out")];
        for (int i = 1; recorded.Files.TryGetValue($"then-{i}.yaml", out string? then); i++) args.AddRange(["--then", tool.File($"then-{i}.yaml", then)]);

        ToolResult result = tool.Run([.. args]);

        result.Should().Be(new ToolResult(0, "", ""));
        RecordedRules[] files = [.. recorded.Rules(KubeProxyLevel.Default)];
        string[] expected = [.. files.Select(NameOf).Order(StringComparer.Ordinal)];
        Directory.GetFiles(tool.Path("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal).Should().Equal(expected);
        foreach (RecordedRules file in files)
            File.ReadAllText(Path.Combine(tool.Path("out"), NameOf(file))).Trim().Should().Be(WithoutComments(file.Text).Trim(), NameOf(file));
    }

    [Fact]
    public void One_chain_is_printed_as_iptables_S_prints_it()
    {
        using var tool = new Tool();
        tool.Run(["rules", .. tool.Case("01-lab-nodeport"), "--node", "myk8s-worker", "--table", "nat", "--chain", "KUBE-MARK-MASQ"]).Should().Be(new ToolResult(
            0,
            """
            -N KUBE-MARK-MASQ
            -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000

            """,
            ""));
    }

    [Fact]
    public void All_tables_of_a_node_are_printed_as_the_recorded_file_has_them()
    {
        using var tool = new Tool();
        ToolResult result = tool.Run(["rules", .. tool.Case("01-lab-nodeport"), "--node", "myk8s-worker"]);
        result.Output.Should().Be(WithoutComments(ConformanceCases.Of("01-lab-nodeport").Files["myk8s-worker.v4.save"]));
    }

    [Fact]
    public void The_restore_text_of_one_table_is_a_part_of_the_whole()
    {
        using var tool = new Tool();
        string[] args = ["rules", .. tool.Case("01-lab-nodeport"), "--node", "myk8s-worker", "--format", "restore"];
        string filter = tool.Run([.. args, "--table", "filter"]).Output;
        string nat = tool.Run([.. args, "--table", "nat"]).Output;
        string all = tool.Run(args).Output;
        filter.Should().StartWith("*filter\n").And.EndWith("\nCOMMIT\n");
        all.Should().Be(filter + nat);
        RestoreReader.Read(all, IpFamily.IPv4).Tables.Should().HaveCount(2);
    }

    [Theory]
    [InlineData("Either --node NAME or --out DIR is required.\n")]
    [InlineData("--node and --out exclude each other: --out writes the rules of all nodes\n", "--node", "a", "--out", "b")]
    [InlineData("--then needs --out\n", "--node", "a", "--then", "b")]
    [InlineData("--chain needs --format spec or list, not save\n", "--node", "a", "--chain", "b", "--format", "save")]
    [InlineData("--format needs --node: --out writes all tables of both families\n", "--out", "b", "--format", "save")]
    public void Options_that_do_not_go_together_are_refused(string problem, params string[] options)
    {
        using var tool = new Tool();
        tool.Run(["rules", "-f", "x.yaml", .. options]).Should().Be(new ToolResult(2, "", problem + "Hint: nodeportsim rules --help lists the options.\n"));
    }

    [Fact]
    public void An_unknown_node_and_an_unknown_chain_are_named()
    {
        using var tool = new Tool();
        string[] manifests = tool.Case("01-lab-nodeport");
        tool.Run(["rules", .. manifests, "--node", "nobody"]).Should().Be(new ToolResult(2, "", "nodes \"nobody\" not found\n"));
        tool.Run(["rules", .. manifests, "--node", "myk8s-worker", "--chain", "NONE"]).Should().Be(new ToolResult(2, "", "no table of the node has a chain \"NONE\"\n"));
    }

    private static string NameOf(RecordedRules file) => $"{file.Node}.v{(int)file.Family}.{file.Kind}";

    private static string WithoutComments(string text) =>
        string.Concat(text.Split('\n').Where(static line => line.Length > 0 && line[0] != '#').Select(static line => line + "\n"));
}
