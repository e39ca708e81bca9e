using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Scenarios;

namespace NodePortSim.Tests.Scenarios;

public class ServiceSpecPatchTests
{
    private static readonly ServiceSpec Old = new()
    {
        Type = ServiceType.NodePort,
        ClusterIP = "10.96.0.9",
        ClusterIPs = ["10.96.0.9"],
        Selector = StringMap.Create([new("app", "echo"), new("tier", "front")]),
        Ports = [new ServicePort { Port = 80, NodePort = 30080 }],
        ExternalTrafficPolicy = TrafficPolicy.Local,
        SessionAffinity = SessionAffinity.ClientIP,
        SessionAffinityTimeoutSeconds = 60,
    };

    [Fact]
    public void Fields_that_are_written_replace_and_others_stay() =>
        Apply("{type: LoadBalancer, ports: [{port: 81, name: web}]}").Should().Be(Old with { Type = ServiceType.LoadBalancer, Ports = [new ServicePort { Port = 81, Name = "web" }] });

    [Fact]
    public void Null_removes() =>
        Apply("{externalTrafficPolicy: null, clusterIP: ~, sessionAffinityConfig: null}").Should().Be(Old with { ExternalTrafficPolicy = null, ClusterIP = "", SessionAffinityTimeoutSeconds = null });

    [Fact]
    public void The_selector_is_merged_key_by_key()
    {
        Apply("{selector: {app: web, tier: null, zone: a}}").Selector.Should().BeEquivalentTo(StringMap.Create([new("app", "web"), new("zone", "a")]));
        Apply("{selector: {}}").Should().Be(Old);
        Apply("{selector: null}").Should().Be(Old with { Selector = default });
    }

    [Fact]
    public void A_nested_field_is_read() =>
        Apply("{sessionAffinityConfig: {clientIP: {timeoutSeconds: 90}}}").Should().Be(Old with { SessionAffinityTimeoutSeconds = 90 });

    private static ServiceSpec Apply(string spec)
    {
        ScenarioReadResult read = ScenarioReader.ReadText(
            $$"""
            apiVersion: nodeportsim.dev/v1alpha1
            kind: Scenario
            metadata: {name: x}
            spec:
              steps:
              - patch: {service: front, spec: {{spec}}}
            """).ThrowIfErrors();
        return ((PatchStep)read.Scenarios[0].Steps[0]).Change(Old);
    }
}
