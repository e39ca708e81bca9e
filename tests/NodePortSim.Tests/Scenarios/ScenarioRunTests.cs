using System.Text.Json;
using System.Xml.Linq;
using NodePortSim.Scenarios;
using NodePortSim.Tests.Cli;

namespace NodePortSim.Tests.Scenarios;

public class ScenarioRunTests
{
    private const string Header =
        """
        apiVersion: nodeportsim.dev/v1alpha1
        kind: Scenario
        metadata: {name: lab}
        spec:
          files: [cluster.yaml, hosts.yaml]
          seed: 7
          steps:

        """;

    [Fact]
    public void The_course_of_a_lab_holds()
    {
        using Tool tool = Lab(
            """
              - connect: {from: mypc, to: "myk8s-control-plane:30682", count: 90}
                expect: {outcome: connected, backends: 3, peer: 172.18.0.4}
              - patch: {service: svc-nodeport, spec: {externalTrafficPolicy: Local}}
              - conntrackFlush: {}
              - connect: {from: mypc, to: "myk8s-control-plane:30682"}
                expect: {outcome: timeout, reason: NoLocalEndpoints}
              - connect: {from: mypc, to: "myk8s-worker:30682", count: 12}
                expect: {outcome: connected, backends: 1, peer: 172.18.0.100, pod: p10.10.2.3, node: myk8s-worker}
              - patch: {service: default/svc-nodeport, spec: {externalTrafficPolicy: Cluster}}
              - connect: {from: mypc, to: "myk8s-control-plane:30682", count: 90}
                expect: {outcome: connected, backends: 3, peer: 172.18.0.4}
              - delete: {service: svc-nodeport}
              - connect: {from: mypc, to: "myk8s-control-plane:30682"}
                expect: {outcome: refused, reason: PortClosed}
            """);
        tool.Run("run", tool.Path("scenario.yaml")).Should().Be(new ToolResult(
            0,
            """
            PASSED  lab
              ok      [0] connect mypc > myk8s-control-plane:30682, 90 times
              ok      [1] patch service svc-nodeport
              ok      [2] conntrackFlush
              ok      [3] connect mypc > myk8s-control-plane:30682
              ok      [4] connect mypc > myk8s-worker:30682, 12 times
              ok      [5] patch service default/svc-nodeport
              ok      [6] connect mypc > myk8s-control-plane:30682, 90 times
              ok      [7] delete service svc-nodeport
              ok      [8] connect mypc > myk8s-control-plane:30682

            """,
            ""));
    }

    [Fact]
    public void Every_expectation_that_fails_is_told_and_the_exit_code_is_1()
    {
        using Tool tool = Lab(
            """
              - patch: {service: svc-nodeport, spec: {externalTrafficPolicy: Local}}
              - connect: {from: mypc, to: "myk8s-worker:30682", count: 2}
                expect: {outcome: timeout, reason: NoEndpoints, backends: 3, peer: 172.18.0.5, pod: other, node: myk8s-worker2}
              - connect: {from: mypc, to: "myk8s-control-plane:30682"}
                expect: {outcome: connected, peer: 172.18.0.5}
            """);
        ToolResult result = tool.Run("run", tool.Path("scenario.yaml"));
        result.Code.Should().Be(1);
        result.Error.Should().BeEmpty();
        result.Output.Should().StartWith(
            """
            FAILED  lab
              ok      [0] patch service svc-nodeport
              failed  [1] connect mypc > myk8s-worker:30682, 2 times
                      outcome: expected timeout, got 2 of 2 connected
                      reason: expected NoEndpoints, got 2 of 2 connected
                      backends: expected 3, got 1: default/p10.10.2.3
                      peer: expected 172.18.0.5, got 2 of 2 172.18.0.100
                      pod: expected default/other, got 2 of 2 default/p10.10.2.3
                      node: expected myk8s-worker2, got 2 of 2 myk8s-worker
            """);
        result.Output.Should().Contain(
            """
              failed  [2] connect mypc > myk8s-control-plane:30682
                      outcome: expected connected, got timeout (NoLocalEndpoints: no endpoint of default/svc-nodeport:svc-webport runs on myk8s-control-plane, and externalTrafficPolicy is Local)
                      peer: expected 172.18.0.5, but no connection came to be
            """);
    }

    [Fact]
    public void JSON_has_the_fields_of_the_contract()
    {
        using Tool tool = Lab(
            """
              - connect: {from: mypc, to: "myk8s-worker:30682", sourcePort: 40001}
              - conntrack: {node: myk8s-worker}
              - rules: {node: myk8s-worker, chain: KUBE-MARK-MASQ, counters: true}
              - advance: 200s
              - conntrack: {node: myk8s-worker}
              - connect: {from: mypc, to: "myk8s-worker:1"}
                expect: {outcome: timeout}
            """);
        ToolResult result = tool.Run("run", tool.Path("scenario.yaml"), "-o", "json");
        result.Code.Should().Be(1);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement scenario = json.RootElement.GetProperty("scenarios")[0];
        scenario.EnumerateObject().Select(static p => p.Name).Should().Equal("name", "passed", "steps");
        scenario.GetProperty("passed").GetBoolean().Should().BeFalse();
        JsonElement steps = scenario.GetProperty("steps");
        steps.EnumerateArray().Select(static step => $"{step.GetProperty("index")} {step.GetProperty("kind")} {step.GetProperty("passed")}").Should().Equal(
            "0 connect True", "1 conntrack True", "2 rules True", "3 advance True", "4 conntrack True", "5 connect False");
        steps[0].EnumerateObject().Select(static p => p.Name).Should().Equal("index", "kind", "passed", "failures", "result");
        steps[0].GetProperty("result").EnumerateObject().Select(static p => p.Name).Should().Equal("from", "to", "protocol", "seed", "connections", "distribution");
        steps[1].GetProperty("result").GetProperty("lines")[0].GetString().Should().StartWith("tcp      6 ").And.Contain("src=172.18.0.100 dst=172.18.0.5 sport=40001 dport=30682 ");
        steps[2].GetProperty("result").GetRawText().Should().Contain("\"-N KUBE-MARK-MASQ\"").And.Contain("\"-A KUBE-MARK-MASQ -c 1 60 -j MARK --set-xmark 0x4000/0x4000\"");
        steps[3].TryGetProperty("result", out _).Should().BeFalse();
        steps[4].GetProperty("result").GetProperty("lines").GetArrayLength().Should().Be(0, "TIME_WAIT lasts 120 seconds");
        steps[5].GetProperty("failures").EnumerateArray().Select(static f => f.GetString()).Should().Equal(
            "outcome: expected timeout, got refused (PortClosed: nothing listens on port 1/tcp of myk8s-worker)");
    }

    [Fact]
    public void JUnit_has_a_suite_for_each_scenario_and_a_case_for_each_step()
    {
        using Tool tool = Lab(
            """
              - advance: 1s
              - connect: {from: mypc, to: "myk8s-worker:1"}
                expect: {outcome: timeout}
            """);
        ToolResult result = tool.Run("run", tool.Path("scenario.yaml"), "-o", "junit");
        result.Code.Should().Be(1);
        XElement root = XDocument.Parse(result.Output).Root!;
        root.ToString().ReplaceLineEndings("\n").Should().Be(
            """
            <testsuites tests="2" failures="1" errors="0">
              <testsuite name="lab" tests="2" failures="1" errors="0">
                <testcase classname="lab" name="[0] advance 1s" />
                <testcase classname="lab" name="[1] connect mypc &gt; myk8s-worker:1">
                  <failure message="outcome: expected timeout, got refused (PortClosed: nothing listens on port 1/tcp of myk8s-worker)">outcome: expected timeout, got refused (PortClosed: nothing listens on port 1/tcp of myk8s-worker)
            REFUSED of mypc to 172.18.0.5:1: nothing listens on port 1/tcp of myk8s-worker (PortClosed)
            way mypc &gt; myk8s-worker, and back</failure>
                </testcase>
              </testsuite>
            </testsuites>
            """);
    }

    [Fact]
    public void JSON_is_YAML_and_files_may_be_absolute()
    {
        using var tool = new Tool();
        tool.Case("03-clusterip-one");
        string scenario = JsonSerializer.Serialize(new
        {
            apiVersion = "nodeportsim.dev/v1alpha1",
            kind = "Scenario",
            metadata = new { name = "json" },
            spec = new
            {
                files = new[] { tool.Path("cluster.yaml"), tool.Path("hosts.yaml") },
                steps = new object[] { new { connect = new { from = "app-oak", to = "10.201.0.10:80", protocol = "tcp", count = 3 } } },
            },
        });
        tool.RunWith(scenario, "run", "-").Code.Should().Be(0);
    }

    [Theory]
    [InlineData("connect: {from: nobody, to: \"1.2.3.4:5\"}", "scenario.yaml:8:14: spec.steps[0].connect: no external client, node or pod is named \"nobody\"\n")]
    [InlineData("scale: {deployment: none, replicas: 1}", "scenario.yaml:8:12: spec.steps[0].scale: deployments.apps \"none\" not found\n")]
    [InlineData("delete: {pod: none}", "scenario.yaml:8:13: spec.steps[0].delete: pods \"none\" not found\n")]
    [InlineData("rules: {node: none}", "scenario.yaml:8:12: spec.steps[0].rules: nodes \"none\" not found\n")]
    [InlineData("apply: {files: [none.yaml]}", "none.yaml: the path \"none.yaml\" does not exist\n")]
    public void A_step_that_cannot_be_done_is_bad_input_with_its_place(string step, string problem)
    {
        using Tool tool = Lab($"  - {step}");
        ToolResult result = tool.Run("run", tool.Path("scenario.yaml"));
        (result with { Error = result.Error.Replace(tool.Path(""), "", StringComparison.Ordinal) }).Should().Be(new ToolResult(2, "", problem));
    }

    [Fact]
    public void Problems_of_a_scenario_and_of_its_manifests_are_listed_together()
    {
        using var tool = new Tool();
        tool.File("bad.yaml", "apiVersion: v1\nkind: Servic\nmetadata: {name: a}\n");
        string scenario = tool.File("scenario.yaml", Header.Replace("cluster.yaml, hosts.yaml", "bad.yaml, none.yaml", StringComparison.Ordinal) + "  - wait: 1s\n");
        tool.Run("run", scenario).Should().Be(new ToolResult(
            2,
            "",
            """
            scenario.yaml:8:11: spec.steps[0].wait: unknown field; a step has one of connect, patch, scale, conntrackFlush, apply, delete, advance, conntrack, rules
            bad.yaml:2:7: no matches for kind "Servic" in version "v1"
            none.yaml: the path "none.yaml" does not exist

            """));
    }

    [Fact]
    public void A_seed_on_the_command_line_replaces_the_scenarios_own()
    {
        using Tool tool = Lab("  - connect: {from: mypc, to: \"myk8s-worker:30682\"}\n");
        tool.Run("run", tool.Path("scenario.yaml"), "-o", "json").Output.Should().Contain("\"seed\": 7,");
        tool.Run("run", tool.Path("scenario.yaml"), "-o", "json", "--seed", "8").Output.Should().Contain("\"seed\": 8,");
    }

    [Fact]
    public void Users_run_scenarios_from_their_own_tests()
    {
        using Tool tool = Lab(
            """
              - connect: {from: mypc, to: "myk8s-worker:30682"}
                expect: {outcome: connected}
            """);
        foreach (Scenario scenario in ScenarioReader.Load(tool.Path("scenario.yaml")))
            ScenarioRunner.Run(scenario).Passed.Should().BeTrue();
    }

    private static Tool Lab(string steps)
    {
        var tool = new Tool();
        tool.Case("01-lab-nodeport");
        tool.File("scenario.yaml", Header + steps);
        return tool;
    }
}
