using NodePortSim.Cli;

namespace NodePortSim.Tests.Cli;

public class UsageTests
{
    [Fact]
    public void Without_a_command_and_with_an_unknown_one_the_problem_and_a_hint_are_printed()
    {
        using var tool = new Tool();
        tool.Run().Should().Be(new ToolResult(2, "", "Required command was not provided.\nHint: nodeportsim --help lists the commands.\n"));
        tool.Run("rulez").Should().Be(new ToolResult(2, "", "Unrecognized command or argument 'rulez'.\nHint: nodeportsim --help lists the commands.\n"));
    }

    [Fact]
    public void Every_value_that_is_wrong_is_named()
    {
        using var tool = new Tool();
        ToolResult result = tool.Run(
            "connect", "-f", "x", "--from", "a", "--to", "b", "--kube-proxy", "1.99", "--seed", "-1", "--count", "0", "--timeout", "0", "--source-port", "70000", "--protocol", "icmp");
        result.Should().Be(new ToolResult(
            2,
            "",
            """
            --protocol: "icmp" is none of tcp, udp, sctp
            --source-port: "70000" is not a number between 1 and 65535
            --count: "0" is not a number between 1 and 1000000
            --timeout: "0" is not a number between 1 and 3600
            --seed: "-1" is not a number between 0 and 18446744073709551615
            --kube-proxy: "1.99" is not a version that is modelled; these are: 1.22, 1.23, 1.24, 1.25, 1.26, 1.27, 1.28, 1.29, 1.30, 1.31, 1.32, 1.33, 1.34, 1.35, 1.36
            Hint: nodeportsim connect --help lists the options.

            """));
    }

    [Fact]
    public void Five_mistakes_of_a_manifest_are_five_lines_with_their_places()
    {
        using var tool = new Tool();
        string bad = tool.File(
            "bad.yaml",
            """
            apiVersion: v1
            kind: Service
            metadata: {name: Bad_Name}
            spec:
              type: NodePortt
              ports:
              - {port: 70000, targetPort: 80, nodePort: 99}
              selector: {app: 5}
            """);
        string[] expected =
        [
            "bad.yaml:3:18: metadata.name: Invalid value: \"Bad_Name\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
            "bad.yaml:5:9: spec.type: Unsupported value: \"NodePortt\": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"",
            "bad.yaml:7:12: spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive",
            "bad.yaml:8:19: spec.selector[app]: Invalid value: \"integer\": spec.selector[app] in body must be of type string: \"integer\"",
        ];
        foreach (string[] args in (string[][])
        [
            ["connect", "-f", bad, "--from", "a", "--to", "1.2.3.4:5"],
            ["trace", "-f", bad, "--from", "a", "--to", "1.2.3.4:5"],
            ["rules", "-f", bad, "--node", "a"],
            ["rules", "-f", bad, "--out", tool.Path("out")],
        ])
        {
            ToolResult result = tool.Run(args);
            result.Code.Should().Be(2);
            result.Output.Should().BeEmpty();
            result.Error.Split('\n').Should().Contain(expected).And.HaveCount(6, "there are five mistakes");
            result.Error.Should().MatchRegex(@"bad\.yaml:7:45: spec\.ports\[0\]\.nodePort: Invalid value: 99: ");
        }
    }

    [Fact]
    public void A_warning_goes_to_standard_error_and_changes_nothing_else()
    {
        using var tool = new Tool();
        string[] manifests = tool.Case("03-clusterip-one");
        string extra = tool.File(
            "extra.yaml",
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: more}
            spec: {nodeName: oak, contaners: [], containers: [{name: server, image: echo}]}
            """);
        ToolResult result = tool.Run(["connect", .. manifests, "-f", extra, "--from", "oak", "--to", "10.201.0.10:80", "--fail"]);
        result.Code.Should().Be(0);
        result.Output.Should().NotBeEmpty();
        result.Error.Should().StartWith("extra.yaml:4:23: warning: unknown field \"spec.contaners\"\n");
    }

    [Fact]
    public void No_stack_trace_reaches_a_user()
    {
        using var error = new StringWriter();
        using var output = new ClosedWriter();
        int code = CommandLine.Run(["--version"], new CommandStreams(TextReader.Null, output, error));
        code.Should().Be(2);
        error.ToString().ReplaceLineEndings("\n").Should().Be("internal error: NotSupportedException: the writer is closed\n");
    }

    [Fact]
    public void Help_names_every_command_and_only_those_that_are_there()
    {
        using var tool = new Tool();
        string help = tool.Run("--help").Output;
        string[] commands = [.. help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n').Skip(1).Select(static line => line.Trim().Split(' ')[0]).Where(static name => name.Length > 0 && name[0] is >= 'a' and <= 'z')];
        commands.Should().Contain(["rules", "connect", "trace", "run", "matrix", "diff"]);
        foreach (string command in (string[])["rules", "connect", "trace", "run", "matrix", "diff"]) tool.Run(command, "--help").Code.Should().Be(0);
    }

    [Fact]
    public void Names_of_nodes_are_completed_from_the_manifests()
    {
        using var tool = new Tool();
        string line = $"rules -f {tool.Case("03-clusterip-one")[1]} --node ";
        tool.Run($"[suggest:{line.Length}]", line).Should().Be(new ToolResult(0, "ash\nelm\noak\n", ""));
    }

    private sealed class ClosedWriter : StringWriter
    {
        public override void Write(char[] buffer, int index, int count) => throw new NotSupportedException("the writer is closed");

        public override void Write(string? value) => throw new NotSupportedException("the writer is closed");

        public override void WriteLine(string? value) => throw new NotSupportedException("the writer is closed");
    }
}
