using NodePortSim.Cli;
using NodePortSim.Tests.Simulation;

namespace NodePortSim.Tests.Cli;

public class ProgressBarTests
{
    [Theory]
    [InlineData(5000, true)]
    [InlineData(4999, false)]
    public void A_bar_is_shown_for_a_long_run_only_and_the_result_is_the_same(int count, bool isShown)
    {
        (string plain, _) = Run(count, terminal: null);
        using var terminal = new StringWriter();
        (string output, string error) = Run(count, terminal);
        output.Should().Be(plain);
        error.Should().BeEmpty();
        if (isShown) terminal.ToString().Should().Contain("connections");
        else terminal.ToString().Should().BeEmpty();
    }

    [Fact]
    public void A_bar_counts_the_connections_of_all_scenarios()
    {
        using var tool = new Tool();
        string Scenario(string name) => tool.File($"{name}.yaml", $$$"""
            {apiVersion: nodeportsim.dev/v1alpha1, kind: Scenario, metadata: {name: {{{name}}}}, spec: {files: [{{{LabFiles.Path("cluster.yaml")}}}, {{{LabFiles.Path("echo-deploy.yaml")}}}, {{{LabFiles.Path("svc-nodeport.yaml")}}}], steps: [
              {connect: {from: mypc, to: "172.18.0.4:30682", count: 2500}, expect: {outcome: connected}}]}}
            """);
        using var terminal = new StringWriter();
        using var output = new StringWriter();
        CommandLine.Run(["run", Scenario("a"), Scenario("b")], new CommandStreams(TextReader.Null, output, TextWriter.Null, Progress: terminal)).Should().Be(0);
        output.ToString().Should().Contain("2 of 2 scenarios passed");
        terminal.ToString().Should().Contain("connections");
    }

    [Theory]
    [InlineData(false, "", "", true)]
    [InlineData(true, "", "", false)]
    [InlineData(false, "NO_COLOR", "1", false)]
    [InlineData(false, "CI", "true", false)]
    [InlineData(false, "TERM", "dumb", false)]
    [InlineData(false, "TERM", "xterm", true)]
    public void A_bar_is_wanted_on_a_terminal_that_is_no_robot_s(bool isRedirected, string variable, string value, bool isWanted) =>
        ProgressBar.IsWanted(isRedirected, name => name == variable ? value : null).Should().Be(isWanted);

    private static (string Output, string Error) Run(int count, TextWriter? terminal)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        CommandLine.Run(
            ["connect", "-f", LabFiles.Path("cluster.yaml"), "-f", LabFiles.Path("echo-deploy.yaml"), "-f", LabFiles.Path("svc-nodeport.yaml"), "--from", "mypc", "--to", "172.18.0.4:30682", "--count", $"{count}"],
            new CommandStreams(TextReader.Null, output, error, Progress: terminal)).Should().Be(0);
        return (output.ToString(), error.ToString());
    }
}
