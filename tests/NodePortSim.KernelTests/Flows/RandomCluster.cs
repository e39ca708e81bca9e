using System.Text;
using NodePortSim.Net;

namespace NodePortSim.KernelTests.Flows;

/// <summary>A small cluster and flows through it, at random.</summary>
internal sealed class RandomCluster
{
    private const int FlowCount = 8;

    private readonly Chance _chance;
    private readonly RandomAddresses _addresses;
    private readonly int _nodes;
    private readonly RandomService[] _services;

    private RandomCluster(ulong seed)
    {
        _chance = new Chance(seed);
        _addresses = new RandomAddresses(_chance.Percent(80) ? IpFamily.IPv4 : IpFamily.IPv6);
        _nodes = 2 + _chance.Below(2);
        _services = [.. Enumerable.Range(0, 1 + _chance.Below(4)).Select(i => new RandomService(_chance, _addresses, i, _nodes))];
        Manifests = ManifestsText();
        Flows = [.. Enumerable.Range(0, FlowCount).Select(_ => Flow()).Distinct()];
    }

    public string Manifests { get; }

    public IReadOnlyList<LabFlow> Flows { get; }

    public static RandomCluster Create(ulong seed) => new(seed);

    public static string PodText(string name, int node, string address, IEnumerable<(string Protocol, int Port)> ports)
    {
        string open = string.Join(", ", ports.Select(static p => $"{{\"containerPort\": {p.Port}, \"protocol\": \"{p.Protocol}\"}}"));
        return $"---\n{{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {{\"name\": \"{name}\"}}, \"spec\": {{\"nodeName\": \"n{node}\", \"containers\": [{{\"name\": \"server\", \"image\": \"echo\", \"ports\": [{open}]}}]}}, "
            + $"\"status\": {{\"phase\": \"Running\", \"podIP\": \"{address}\", \"podIPs\": [{{\"ip\": \"{address}\"}}]}}}}\n";
    }

    private string ManifestsText()
    {
        var text = new StringBuilder();
        for (int i = 0; i < _nodes; i++)
        {
            text.Append($"---\n{{\"apiVersion\": \"v1\", \"kind\": \"Node\", \"metadata\": {{\"name\": \"n{i}\"}}, \"spec\": {{\"podCIDR\": \"{_addresses.PodNetwork(i)}\", \"podCIDRs\": [\"{_addresses.PodNetwork(i)}\"]}}, ");
            text.Append($"\"status\": {{\"addresses\": [{{\"type\": \"InternalIP\", \"address\": \"{_addresses.Node(i)}\"}}]}}}}\n");
            text.Append(PodText($"app{i}", i, _addresses.Pod(i, 200), []));
        }

        text.Append(NetworkText()).Append(ProxyText());
        foreach (RandomService service in _services) text.Append(service.Manifests);
        return text.ToString();
    }

    private string NetworkText()
    {
        string via = _addresses.Node(_chance.Below(_nodes));
        string shape = _chance.Of("ptp", "bridge");
        return $"---\n{{\"apiVersion\": \"nodeportsim.dev/v1alpha1\", \"kind\": \"Network\", \"metadata\": {{\"name\": \"default\"}}, \"spec\": {{\"cni\": \"{shape}\", \"hostAddress\": \"{_chance.Of("podGateway", "none", "node")}\", "
            + $"\"hairpin\": {Text(_chance.Percent(85))}, \"bridgeNfCallIptables\": {Text(_chance.Percent(85))}, \"gateways\": [\"{_addresses.Gateway}\"], \"sysctls\": "
            + $"{{\"net.ipv4.icmp_ratelimit\": 0, \"net.ipv4.conf.all.send_redirects\": 0, \"net.netfilter.nf_conntrack_acct\": {_chance.Below(2)}}}}}}}\n"
            + ClientText("mypc", 0, "")
            + ClientText("routed", 1, $"{{\"to\": \"{_addresses.ServiceNetwork}\", \"via\": \"{via}\"}}, {{\"to\": \"{_addresses.VipNetwork}\", \"via\": \"{via}\"}}, {{\"to\": \"{_addresses.ClusterCidr}\", \"via\": \"{via}\"}}");
    }

    private string ClientText(string name, int number, string routes) =>
        $"---\n{{\"apiVersion\": \"nodeportsim.dev/v1alpha1\", \"kind\": \"ExternalClient\", \"metadata\": {{\"name\": \"{name}\"}}, \"spec\": {{\"addresses\": [\"{_addresses.Client(number)}\"], \"routes\": [{routes}]}}}}\n";

    private string ProxyText()
    {
        string cidr = _chance.Percent(80) ? $", \"clusterCIDR\": \"{_addresses.ClusterCidr}\"" : "";
        string localhost = _chance.Percent(15) ? ", \"localhostNodePorts\": false" : "";
        return $"---\n{{\"apiVersion\": \"kubeproxy.config.k8s.io/v1alpha1\", \"kind\": \"KubeProxyConfiguration\", \"mode\": \"iptables\"{cidr}, \"iptables\": {{\"masqueradeAll\": {Text(_chance.Percent(10))}{localhost}}}}}\n";
    }

    private LabFlow Flow()
    {
        RandomService service = _chance.Of(_services);
        (string protocol, string? address, int port) = _chance.Of(service.Targets);
        int node = _chance.Below(_nodes);
        string from = _chance.Below(5) switch
        {
            0 => "mypc",
            1 => "routed",
            2 => $"n{node}",
            3 when service.Pods.Count > 0 => "default/" + _chance.Of(service.Pods),
            _ => $"default/app{node}",
        };
        address ??= from[0] == 'n' && _chance.Percent(30) ? _addresses.Loopback : _addresses.Node(_chance.Below(_nodes));
        return new LabFlow(from, protocol == "TCP" ? Protocol.Tcp : Protocol.Udp, new IpEndpoint(IpAddr.Parse(address), (ushort)port));
    }

    private static string Text(bool value) => value ? "true" : "false";
}
