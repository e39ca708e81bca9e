using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Defaults;
using NodePortSim.Kubernetes.Validation;

namespace NodePortSim.Tests.Kubernetes;

public class ServiceValidationTests
{
    [Theory]
    [InlineData("{}", "spec.ports: Required value")]
    [InlineData("{clusterIP: None}", "")]
    [InlineData("{type: ExternalName, externalName: api.example.com.}", "")]
    [InlineData("{type: ExternalName}", "spec.externalName: Required value")]
    [InlineData(
        "{type: ExternalName, externalName: Not_A_Name}",
        "spec.externalName: Invalid value: \"Not_A_Name\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")]
    [InlineData(
        "{type: ExternalName, externalName: a.b, clusterIP: 10.0.0.1}",
        "spec.clusterIPs: Forbidden: may not be set for ExternalName services")]
    [InlineData(
        "{type: NodePort, clusterIP: None, ports: [{port: 80}]}",
        "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services")]
    [InlineData(
        "{type: LoadBalancer, clusterIP: None, ports: [{port: 80}]}",
        "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for LoadBalancer services")]
    public void A_type_has_its_own_requirements(string spec, string problems) => Yaml.ServiceProblems(spec).Should().Be(problems);

    [Theory]
    [InlineData("[{port: 80}, {port: 81}]", "spec.ports[0].name: Required value\nspec.ports[1].name: Required value")]
    [InlineData("[{name: a, port: 80}, {name: a, port: 81}]", "spec.ports[1].name: Duplicate value: \"a\"")]
    [InlineData("[{port: 0, targetPort: 80}]", "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive")]
    [InlineData("[{port: 70000, targetPort: 80}]", "spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive")]
    [InlineData("[{port: 80, targetPort: 65536}]", "spec.ports[0].targetPort: Invalid value: 65536: must be between 1 and 65535, inclusive")]
    [InlineData(
        "[{port: 80, targetPort: a-very-long-port-name}]",
        "spec.ports[0].targetPort: Invalid value: \"a-very-long-port-name\": must be no more than 15 characters")]
    [InlineData(
        "[{port: 80, targetPort: -Web--}]",
        "spec.ports[0].targetPort: Invalid value: \"-Web--\": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)\n"
        + "spec.ports[0].targetPort: Invalid value: \"-Web--\": must not contain consecutive hyphens\n"
        + "spec.ports[0].targetPort: Invalid value: \"-Web--\": must not begin or end with a hyphen")]
    [InlineData("[{port: 80, nodePort: 30080}]", "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'")]
    [InlineData(
        "[{name: a, port: 80}, {name: b, port: 80}]",
        "spec.ports[1]: Duplicate value: core.ServicePort{Name:\"\", Protocol:\"TCP\", AppProtocol:(*string)(nil), Port:80, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}, NodePort:0}")]
    [InlineData("[{name: a, port: 53, protocol: UDP}, {name: b, port: 53}]", "")]
    [InlineData("[{name: a.b, port: 80}]", "spec.ports[0].name: Invalid value: \"a.b\": must not contain dots")]
    public void Ports_are_checked_one_by_one_and_together(string ports, string problems) =>
        Yaml.ServiceProblems($"{{ports: {ports}}}").Should().Be(problems);

    [Fact]
    public void Two_ports_of_one_protocol_may_not_share_a_node_port() =>
        Yaml.ServiceProblems("{type: NodePort, ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 81, nodePort: 30080}]}")
            .Should().Be("spec.ports[1].nodePort: Duplicate value: 30080");

    [Theory]
    [InlineData("clusterIP: 10.0.0.300", "spec.clusterIPs[0]: Invalid value: \"10.0.0.300\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("clusterIP: 10.0.0.1, clusterIPs: [10.0.0.2]", "spec.clusterIPs: Invalid value: []string{\"10.0.0.2\"}: first value must match `clusterIP`")]
    [InlineData("clusterIPs: [10.0.0.2]", "spec.clusterIPs: Invalid value: []string{\"10.0.0.2\"}: must be empty when `clusterIP` is not specified")]
    [InlineData(
        "clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, 10.0.0.2]",
        "spec.clusterIPs: Invalid value: []string{\"10.0.0.1\", \"10.0.0.2\"}: may specify no more than one IP for each IP family")]
    [InlineData("clusterIP: None, clusterIPs: [None, 'fd00::1']", "spec.clusterIPs: Invalid value: []string{\"None\", \"fd00::1\"}: 'None' must be the first and only value")]
    [InlineData("clusterIP: 10.0.0.1, ipFamilies: [IPv6]", "spec.clusterIPs[0]: Invalid value: \"10.0.0.1\": expected an IPv6 value as indicated by `ipFamilies[0]`")]
    [InlineData("ipFamilies: [IPv4, IPv4]", "spec.ipFamilies[1]: Duplicate value: \"IPv4\"")]
    [InlineData("externalIPs: [127.0.0.1]", "spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)")]
    [InlineData("externalIPs: [0.0.0.0]", "spec.externalIPs[0]: Invalid value: \"0.0.0.0\": may not be unspecified (0.0.0.0)")]
    [InlineData("externalIPs: [169.254.1.1]", "spec.externalIPs[0]: Invalid value: \"169.254.1.1\": may not be in the link-local range (169.254.0.0/16, fe80::/10)")]
    [InlineData("externalIPs: [224.0.0.5]", "spec.externalIPs[0]: Invalid value: \"224.0.0.5\": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")]
    [InlineData("externalIPs: [host]", "spec.externalIPs[0]: Invalid value: \"host\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 86401}}", "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400")]
    [InlineData("sessionAffinity: None, sessionAffinityConfig: {clientIP: {timeoutSeconds: 10}}", "")]
    [InlineData("externalTrafficPolicy: Local", "spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set for externally-accessible services")]
    [InlineData("externalTrafficPolicy: Local, externalIPs: [203.0.113.9]", "")]
    [InlineData("healthCheckNodePort: 30000", "spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")]
    [InlineData("loadBalancerSourceRanges: [10.0.0.0/33]", "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'\nspec.LoadBalancerSourceRanges[0]: Invalid value: \"10.0.0.0/33\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    [InlineData("allocateLoadBalancerNodePorts: false", "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'")]
    [InlineData("loadBalancerClass: a/b", "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'")]
    [InlineData("trafficDistribution: Near", "spec.trafficDistribution: Unsupported value: \"Near\": supported values: \"PreferClose\", \"PreferSameNode\", \"PreferSameZone\"")]
    [InlineData("selector: {'a b': x}", "spec.selector: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')")]
    public void Fields_of_a_cluster_IP_service_are_checked(string fields, string problems) =>
        Yaml.ServiceProblems($"{{ports: [{{port: 80}}], {fields}}}").Should().Be(problems);

    [Fact]
    public void A_name_is_a_DNS_1035_label() =>
        Yaml.Problems(Yaml.Service("{ports: [{port: 80}]}", name: "1web")).Should().Be(
            "metadata.name: Invalid value: \"1web\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')");

    [Fact]
    public void All_problems_are_reported_at_once() =>
        Yaml.ServiceProblems("{ports: [{port: 0}, {name: b, port: 99999}], externalIPs: ['::1'], externalTrafficPolicy: Cluster, type: ExternalName}").Should().Be(
            """
            spec.externalName: Required value
            spec.ports[0].name: Required value
            spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive
            spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive
            spec.ports[1].port: Invalid value: 99999: must be between 1 and 65535, inclusive
            spec.ports[1].targetPort: Invalid value: 99999: must be between 1 and 65535, inclusive
            spec.externalIPs[0]: Invalid value: "::1": may not be in the loopback range (127.0.0.0/8, ::1/128)
            spec.externalTrafficPolicy: Invalid value: "Cluster": may only be set for externally-accessible services
            """);

    [Fact]
    public void A_protocol_without_ports_is_not_supported()
    {
        Service service = Yaml.Object<Service>(Yaml.Service("{ports: [{port: 80}]}"));
        service = service with { Spec = service.Spec with { Ports = [service.Spec.Ports[0] with { Protocol = Net.Protocol.Icmp }] } };
        ObjectValidation.Validate(ObjectDefaults.Apply(service)).Single().ToString()
            .Should().Be("spec.ports[0].protocol: Unsupported value: \"ICMP\": supported values: \"SCTP\", \"TCP\", \"UDP\"");
    }

    [Fact]
    public void An_ip_mode_needs_an_ip()
    {
        var service = Yaml.Object<Service>(Yaml.Service("{type: LoadBalancer, ports: [{port: 80}]}"));
        service = service with
        {
            Status = new ServiceStatus { LoadBalancerIngress = [new LoadBalancerIngress { Hostname = "10.0.0.1", IpMode = LoadBalancerIpMode.VIP }] },
        };
        ObjectValidation.Validate(ObjectDefaults.Apply(service)).Select(static e => e.ToString()).Should().Equal(
            "status.loadBalancer.ingress[0].ipMode: Forbidden: may not be specified when `ip` is not set",
            "status.loadBalancer.ingress[0].hostname: Invalid value: \"10.0.0.1\": must be a DNS name, not an IP address");
    }
}
