using NodePortSim.Iptables;
using NodePortSim.Manifests;
using NodePortSim.Net;
using NodePortSim.Scenarios;
using NodePortSim.Simulation;

namespace NodePortSim.Tests.Scenarios;

public class ScenarioReaderTests
{
    [Fact]
    public void Every_kind_of_step_is_read()
    {
        Scenario scenario = ScenarioReader.ReadText(
            """
            apiVersion: nodeportsim.dev/v1alpha1
            kind: Scenario
            metadata: {name: all}
            spec:
              files: [a.yaml, b]
              seed: 18446744073709551615
              steps:
              - connect: {from: mypc, to: "worker:30682", protocol: udp, sourcePort: 40001, count: 9}
                expect: {outcome: connected, backends: 3, peer: 172.18.0.4, pod: web-1, node: worker}
              - connect: {from: mypc, to: "worker:30682"}
                expect: {outcome: timeout, reason: NoLocalEndpoints}
              - patch: {service: web/front, spec: {externalTrafficPolicy: Local}}
              - scale: {deployment: echo, replicas: 2}
              - conntrackFlush: {}
              - conntrackFlush: {node: worker}
              - apply: {files: [more.yaml]}
              - delete: {service: front}
              - advance: 1m30s
              - conntrack: {node: worker}
              - rules: {node: worker, table: filter, chain: KUBE-FORWARD, family: ipv6, counters: true}
            """).ThrowIfErrors().Scenarios.Should().ContainSingle().Subject;

        scenario.Name.Should().Be("all");
        scenario.Files.Should().Equal("a.yaml", "b");
        scenario.Seed.Should().Be(ulong.MaxValue);
        scenario.Steps.Select(static step => step.Kind).Should().Equal(
            "connect", "connect", "patch", "scale", "conntrackFlush", "conntrackFlush", "apply", "delete", "advance", "conntrack", "rules");
        scenario.Steps[0].Should().Be(new ConnectStep("mypc", "worker:30682")
        {
            Count = 9,
            Options = new ConnectOptions { Protocol = Protocol.Udp, SourcePort = 40001 },
            Expect = new ConnectExpectation { Outcome = Outcome.Connected, Backends = 3, Peer = IpAddr.Parse("172.18.0.4"), Pod = "default/web-1", Node = "worker" },
        });
        scenario.Steps[1].Should().Be(new ConnectStep("mypc", "worker:30682")
        {
            Expect = new ConnectExpectation { Outcome = Outcome.Timeout, Reason = OutcomeReason.NoLocalEndpoints },
        });
        scenario.Steps[3].Should().Be(new ScaleStep("echo", 2));
        scenario.Steps[4].Should().Be(new ConntrackFlushStep());
        scenario.Steps[5].Should().Be(new ConntrackFlushStep("worker"));
        scenario.Steps[6].Should().Be(new ApplyStep(["more.yaml"]));
        scenario.Steps[7].Should().Be(new DeleteStep("service", "front"));
        scenario.Steps[8].Should().Be(new AdvanceStep(TimeSpan.FromSeconds(90)));
        scenario.Steps[9].Should().Be(new ConntrackListStep("worker"));
        scenario.Steps[10].Should().Be(new RulesListStep("worker", IptablesTable.Filter, "KUBE-FORWARD", IpFamily.IPv6, Counters: true));
    }

    [Fact]
    public void Every_mistake_is_listed_with_its_place()
    {
        ScenarioReadResult result = ScenarioReader.ReadText(
            """
            apiVersion: nodeportsim.dev/v1alpha1
            kind: Scenario
            metadata: {nam: x}
            spec:
              file: [a.yaml]
              seed: -1
              steps:
              - connect: {from: mypc, count: 0}
                expect: {outcom: connected, outcome: conected, peer: 1.2.3}
              - pach: {}
              - advance: 12
              - advance: -3s
              - delete: {ingress: x}
              - scale: {deployment: echo}
                expect: {}
              - patch: {service: front, spec: {externalTrafficPolicy: local}}
              - conntrack: {}
                rules: {}
              - rules: {node: a, table: nats}
            """,
            "s.yaml");
        string.Join('\n', result.Diagnostics).Should().Be(
            """
            s.yaml:3:11: metadata.name: Required value
            s.yaml:3:12: metadata.nam: unknown field
            s.yaml:5:3: spec.file: unknown field
            s.yaml:6:9: spec.seed: Invalid value: -1: must be between 0 and 18446744073709551615
            s.yaml:8:14: spec.steps[0].connect.to: Required value
            s.yaml:8:34: spec.steps[0].connect.count: Invalid value: 0: must be between 1 and 1000000, inclusive
            s.yaml:9:14: spec.steps[0].expect.outcom: unknown field
            s.yaml:9:42: spec.steps[0].expect.outcome: Unsupported value: "conected": supported values: "connected", "denied", "refused", "timeout", "unreachable"
            s.yaml:9:58: spec.steps[0].expect.peer: Invalid value: "1.2.3": must be a valid IP address
            s.yaml:10:11: spec.steps[1].pach: unknown field; a step has one of connect, patch, scale, conntrackFlush, apply, delete, advance, conntrack, rules
            s.yaml:11:14: spec.steps[2].advance: Invalid value: "integer": spec.steps[2].advance in body must be of type string: "integer"
            s.yaml:12:14: spec.steps[3].advance: must not be negative: time does not run backwards
            s.yaml:13:13: spec.steps[4].delete: must be one of service, endpointslice, endpoints, pod, deployment, node, externalclient, with the object's name
            s.yaml:14:12: spec.steps[5].scale.replicas: Required value
            s.yaml:15:13: spec.steps[5].expect: only connect has expectations
            s.yaml:16:59: spec.steps[6].patch.spec.externalTrafficPolicy: Unsupported value: "local": supported values: "Cluster", "Local"
            s.yaml:17:5: spec.steps[7]: a step has one of connect, patch, scale, conntrackFlush, apply, delete, advance, conntrack, rules; this one has conntrack, rules
            s.yaml:19:29: spec.steps[8].rules.table: Unsupported value: "nats": supported values: "filter", "mangle", "nat", "raw"
            """);
    }

    [Theory]
    [InlineData("kind: Service\napiVersion: v1", "x:1:7: kind: a scenario has kind \"Scenario\" in version \"nodeportsim.dev/v1alpha1\", not \"Service\" in version \"v1\"")]
    [InlineData("kind: Scenario\napiVersion: v1", "x:2:13: apiVersion: a scenario has kind \"Scenario\" in version \"nodeportsim.dev/v1alpha1\", not \"Scenario\" in version \"v1\"")]
    [InlineData("[1]", "x:1:1: Invalid value: \"array\": must be of type object: \"array\"")]
    public void What_is_no_scenario_is_refused(string text, string problem)
    {
        ScenarioReader.ReadText(text, "x").Diagnostics.Should().ContainSingle().Which.ToString().Should().Be(problem);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        Action load = static () => ScenarioReader.Load("no-such-file.yaml");
        load.Should().Throw<ManifestException>().WithMessage("no-such-file.yaml: the path \"no-such-file.yaml\" does not exist");
    }
}
