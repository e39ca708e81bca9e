using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Kubernetes.Defaults;
using NodePortSim.Kubernetes.Validation;

namespace NodePortSim.Tests.Kubernetes;

public class ObjectValidationTests
{
    private const string Slice = "apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: s}";
    private const string Node = "apiVersion: v1, kind: Node, metadata: {name: node1";
    private const string Pod = "apiVersion: v1, kind: Pod, metadata: {name: p}";
    private const string Deployment = "apiVersion: apps/v1, kind: Deployment, metadata: {name: d}";

    [Theory]
    [InlineData("endpoints: []", "addressType: Required value")]
    [InlineData("addressType: IPv4, endpoints: [{addresses: []}]", "endpoints[0].addresses: Required value: must contain at least 1 address")]
    [InlineData("addressType: IPv4, endpoints: [{addresses: ['fd00::1']}]", "endpoints[0].addresses[0]: Invalid value: \"fd00::1\": must be a valid IPv4 address")]
    [InlineData("addressType: IPv6, endpoints: [{addresses: [10.0.0.1]}]", "endpoints[0].addresses[0]: Invalid value: \"10.0.0.1\": must be a valid IPv6 address")]
    [InlineData("addressType: FQDN, endpoints: [{addresses: [db]}]", "endpoints[0].addresses[0]: Invalid value: \"db\": should be a domain with at least two segments separated by dots")]
    [InlineData("addressType: FQDN, endpoints: [{addresses: [db.example.com]}]", "")]
    [InlineData("addressType: IPv4, ports: [{name: a, port: 1}, {name: a, port: 2}], endpoints: []", "ports[1].name: Duplicate value: \"a\"")]
    [InlineData("addressType: IPv4, ports: [{port: 1}, {name: '', port: 2}], endpoints: []", "ports[1].name: Duplicate value: \"\"")]
    [InlineData("addressType: IPv4, endpoints: [{addresses: [127.0.0.1]}]", "endpoints[0].addresses[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)")]
    public void Endpoint_slices_are_checked(string fields, string problems) => Yaml.Problems($"{{{Slice}, {fields}}}").Should().Be(problems);

    [Fact]
    public void A_slice_holds_at_most_1000_endpoints_of_at_most_100_addresses()
    {
        Endpoint endpoint = new() { Addresses = ["10.0.0.1"] };
        EndpointSlice slice = new() { Metadata = new ObjectMeta { Name = "s", Namespace = "default" }, AddressType = AddressFormat.IPv4 };
        ObjectValidation.Validate(slice with { Endpoints = [.. Enumerable.Repeat(endpoint, 1000)] }).Should().BeEmpty();
        ObjectValidation.Validate(slice with { Endpoints = [.. Enumerable.Repeat(endpoint, 1001)] }).Single().ToString()
            .Should().Be("endpoints: Too many: 1001: must have at most 1000 items");
        Endpoint crowded = new() { Addresses = [.. Enumerable.Repeat("10.0.0.1", 101)] };
        ObjectValidation.Validate(slice with { Endpoints = [crowded] }).Single().ToString()
            .Should().Be("endpoints[0].addresses: Too many: 101: must have at most 100 items");
    }

    [Theory]
    [InlineData("{ports: [{port: 80}]}", "subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`")]
    [InlineData("{addresses: [{ip: 10.0.0.1}], ports: [{port: 80}, {name: a, port: 0}]}", "subsets[0].ports[0].name: Required value\nsubsets[0].ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive")]
    [InlineData("{addresses: [{ip: '::1'}]}", "subsets[0].addresses[0].ip: Invalid value: \"::1\": may not be in the loopback range (127.0.0.0/8, ::1/128)")]
    public void Endpoints_are_checked(string subset, string problems) =>
        Yaml.Problems($"{{apiVersion: v1, kind: Endpoints, metadata: {{name: e}}, subsets: [{subset}]}}").Should().Be(problems);

    [Theory]
    [InlineData("}, spec: {podCIDRs: [10.0.0.0/24, 10.0.1.0/24]}", "spec.podCIDRs: Invalid value: []string{\"10.0.0.0/24\", \"10.0.1.0/24\"}: may specify no more than one CIDR for each IP family")]
    [InlineData("}, spec: {podCIDR: 10.0.0.0}", "spec.podCIDRs[0]: Invalid value: \"10.0.0.0\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    [InlineData("}, status: {addresses: [{type: InternalIP, address: x}]}", "status.addresses[0].address: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("}, status: {addresses: [{type: InternalIP, address: 10.0.0.1}, {type: InternalIP, address: 10.0.0.1}]}", "status.addresses[1]: Duplicate value: core.NodeAddress{Type:\"InternalIP\", Address:\"10.0.0.1\"}")]
    [InlineData(", annotations: {nodeportsim.dev/extra-addresses: 'eth1=10.77.0.11/24 eth2'}}", "metadata.annotations[nodeportsim.dev/extra-addresses]: Invalid value: \"eth2\": must be INTERFACE=ADDRESS/PREFIX (e.g. eth1=10.77.0.11/24)")]
    [InlineData("}, spec: {taints: [{key: a, effect: Never}]}", "metadata.taints[0].effect: Unsupported value: \"Never\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"")]
    public void Nodes_are_checked(string fields, string problems) => Yaml.Problems($"{{{Node}{fields}}}").Should().Be(problems);

    [Theory]
    [InlineData("spec: {}", "spec.containers: Required value")]
    [InlineData("spec: {containers: [{name: c, ports: [{containerPort: 0}]}]}", "spec.containers[0].ports[0].containerPort: Required value")]
    [InlineData("spec: {containers: [{name: c, ports: [{name: a, containerPort: 1}, {name: a, containerPort: 2}]}]}", "spec.containers[0].ports[1].name: Duplicate value: \"a\"")]
    [InlineData("spec: {hostNetwork: true, containers: [{name: c, ports: [{containerPort: 80, hostPort: 81}]}]}", "spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true")]
    [InlineData("spec: {containers: [{name: c}]}, status: {podIPs: [{ip: 10.0.0.1}, {ip: 10.0.0.2}]}", "status.podIPs: Invalid value: []string{\"10.0.0.1\", \"10.0.0.2\"}: may specify no more than one IP for each IP family")]
    [InlineData("spec: {containers: [{name: c}]}, status: {phase: Done}", "status.phase: Unsupported value: \"Done\": supported values: \"Failed\", \"Pending\", \"Running\", \"Succeeded\", \"Unknown\"")]
    public void Pods_are_checked(string fields, string problems) => Yaml.Problems($"{{{Pod}, {fields}}}").Should().Be(problems);

    [Theory]
    [InlineData("template: {metadata: {labels: {app: a}}, spec: {containers: [{name: c}]}}", "spec.selector: Required value")]
    [InlineData("selector: {matchLabels: {app: b}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: c}]}}", "spec.template.metadata.labels: Invalid value: map[string]string{\"app\":\"a\"}: `selector` does not match template `labels`")]
    [InlineData("replicas: -1, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: c}]}}", "spec.replicas: Invalid value: -1: must be greater than or equal to 0")]
    public void Deployments_are_checked(string spec, string problems) => Yaml.Problems($"{{{Deployment}, spec: {{{spec}}}}}").Should().Be(problems);

    [Theory]
    [InlineData("mode: ipvs", "mode: Unsupported value: \"ipvs\": only kube-proxy's iptables mode is simulated: supported values: \"iptables\"")]
    [InlineData("clusterCIDR: 10.0.0.0/8", "")]
    [InlineData("clusterCIDR: 10.0.0.0", "clusterCIDR: Invalid value: \"10.0.0.0\": must be a valid CIDR block (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48)")]
    [InlineData("clusterCIDR: '10.0.0.0/8,11.0.0.0/8'", "clusterCIDR: Invalid value: \"10.0.0.0/8,11.0.0.0/8\": only one CIDR allowed or a valid DualStack CIDR (e.g. 10.100.0.0/16,fde4:8dba:82e1::/48)")]
    [InlineData("iptables: {masqueradeBit: 32}", "iptables.masqueradeBit: Invalid value: 32: must be within the range [0, 31]")]
    [InlineData("nodePortAddresses: [primary, 10.0.0.0/8]", "nodePortAddresses[0]: Invalid value: \"primary\": can't use both 'primary' and CIDRs")]
    [InlineData("nodePortAddresses: [here]", "nodePortAddresses[0]: Invalid value: \"here\": must be a valid CIDR")]
    [InlineData("detectLocalMode: BridgeInterface", "detectLocal.bridgeInterface: Invalid value: \"\": value is empty")]
    public void The_configuration_of_kube_proxy_is_checked(string fields, string problems) =>
        Yaml.Problems($"{{apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, {fields}}}").Should().Be(problems);

    [Theory]
    [InlineData("networking: {podSubnet: 10.0.0.0}", "networking.podSubnet: Invalid value: \"10.0.0.0\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    [InlineData("networking: {ipFamily: dual, serviceSubnet: 10.0.0.0/16}", "networking.serviceSubnet: Invalid value: \"10.0.0.0/16\": must have one network of each of the cluster's IP families: IPv4, IPv6")]
    [InlineData("nodes: [{role: worker}]", "nodes: Required value: must have at least one control-plane node")]
    [InlineData("networking: {kubeProxyMode: nftables}", "networking.kubeProxyMode: Unsupported value: \"nftables\": only kube-proxy's iptables mode is simulated: supported values: \"iptables\"")]
    public void The_configuration_of_kind_is_checked(string fields, string problems) =>
        Yaml.Problems($"{{apiVersion: kind.x-k8s.io/v1alpha4, kind: Cluster, {fields}}}").Should().Be(problems);

    [Fact]
    public void Clients_and_networks_are_checked()
    {
        var client = new ExternalClient { Metadata = new ObjectMeta { Name = "mypc" }, Addresses = ["x", "10.0.0.1/24"], Routes = [new ClientRoute("10.0.0.0/8", "fd00::1")] };
        ObjectValidation.Validate(client).Select(static e => e.ToString()).Should().Equal(
            "spec.addresses[0]: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
            "spec.routes[0].via: Invalid value: \"fd00::1\": must be an IPv4 address as `to` is");
        var network = new NetworkConfiguration { Gateways = ["172.18.0.1", "172.18.0.2"] };
        ObjectValidation.Validate(network).Single().ToString()
            .Should().Be("spec.gateways[1]: Invalid value: \"172.18.0.2\": may specify no more than one gateway for each IP family");
    }

    [Fact]
    public void A_namespace_is_not_allowed_on_a_node() =>
        ObjectValidation.Validate(ObjectDefaults.Apply(new Node { Metadata = new ObjectMeta { Name = "n", Namespace = "default" } }))
            .Single().ToString().Should().Be("metadata.namespace: Forbidden: not allowed on this type");
}
