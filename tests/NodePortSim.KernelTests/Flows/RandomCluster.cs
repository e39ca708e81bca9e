using System.Text;
using NodePortSim.Net;

namespace NodePortSim.KernelTests.Flows;

/// <summary>A small cluster and flows through it, at random.</summary>
internal sealed class RandomCluster
{
    private const int FlowCount = 10;

    private readonly Chance _chance;

    /// <summary>One family, or two, the primary one first.</summary>
    private readonly RandomAddresses[] _families;
    private readonly int _nodes;
    private readonly RandomService[] _services;
    private readonly List<string>[] _furtherAddresses;

    private RandomCluster(ulong seed)
    {
        _chance = new Chance(seed);
        _families = [.. FamiliesOf(_chance.Below(10)).Select(static family => new RandomAddresses(family))];
        _nodes = 2 + _chance.Below(2);
        _furtherAddresses = [.. Enumerable.Range(0, _nodes).Select(_ => new List<string>())];
        _services = [.. Enumerable.Range(0, 1 + _chance.Below(4)).Select(i => new RandomService(_chance, _families, i, _nodes))];
        Manifests = ManifestsText();
        Flows = [.. Enumerable.Range(0, FlowCount).Select(_ => Flow()).Distinct()];
    }

    public string Manifests { get; }

    public IReadOnlyList<LabFlow> Flows { get; }

    public static RandomCluster Create(ulong seed) => new(seed);

    public static string PodText(string name, int node, IReadOnlyList<string> addresses, IEnumerable<(string Protocol, int Port)> ports, bool onHost = false)
    {
        string open = string.Join(", ", ports.Select(static p => $"{{\"containerPort\": {p.Port}, \"protocol\": \"{p.Protocol}\"}}"));
        string host = onHost ? "\"hostNetwork\": true, " : "";
        string all = string.Join(", ", addresses.Select(static address => $"{{\"ip\": \"{address}\"}}"));
        return $"---\n{{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {{\"name\": \"{name}\"}}, \"spec\": {{\"nodeName\": \"n{node}\", {host}\"containers\": [{{\"name\": \"server\", \"image\": \"echo\", \"ports\": [{open}]}}]}}, "
            + $"\"status\": {{\"phase\": \"Running\", \"podIP\": \"{addresses[0]}\", \"podIPs\": [{all}]}}}}\n";
    }

    private static IpFamily[] FamiliesOf(int choice) => choice switch
    {
        < 5 => [IpFamily.IPv4],
        < 7 => [IpFamily.IPv6],
        < 9 => [IpFamily.IPv4, IpFamily.IPv6],
        _ => [IpFamily.IPv6, IpFamily.IPv4],
    };

    private string ManifestsText()
    {
        var text = new StringBuilder();
        for (int i = 0; i < _nodes; i++)
        {
            string[] networks = [.. _families.Select(family => family.PodNetwork(i))];
            text.Append($"---\n{{\"apiVersion\": \"v1\", \"kind\": \"Node\", \"metadata\": {{\"name\": \"n{i}\"{AnnotationsText(i)}}}, \"spec\": {{\"podCIDR\": \"{networks[0]}\", \"podCIDRs\": {List(networks)}}}, ");
            text.Append($"\"status\": {{\"addresses\": [{string.Join(", ", _families.Select(family => $"{{\"type\": \"InternalIP\", \"address\": \"{family.Node(i)}\"}}"))}]}}}}\n");
            text.Append(PodText($"app{i}", i, [.. _families.Select(family => family.Pod(i, 200))], []));
        }

        text.Append(NetworkText()).Append(ProxyText());
        foreach (RandomService service in _services) text.Append(service.Manifests);
        return text.ToString();
    }

    /// <summary>Now and then a node has addresses on a second link, or further ones on the first.</summary>
    private string AnnotationsText(int node)
    {
        if (!_chance.Percent(20)) return "";
        bool second = _chance.Percent(60);
        var further = new List<string>();
        foreach (RandomAddresses family in _families)
        {
            string address = second ? family.Extra(node) : family.Second(node);
            _furtherAddresses[node].Add(address);
            further.Add($"{(second ? "eth1" : "eth0")}={address}/{family.LinkLength}");
        }

        return $", \"annotations\": {{\"nodeportsim.dev/extra-addresses\": \"{string.Join(' ', further)}\"}}";
    }

    private string NetworkText()
    {
        int via = _chance.Below(_nodes);
        string shape = _chance.Of("ptp", "ptp", "bridge", "bridge", "overlay");
        string filter = _chance.Percent(20) ? $", \"net.ipv4.conf.all.rp_filter\": {1 + _chance.Below(2)}" : "";
        string localnet = _chance.Percent(10) ? ", \"net.ipv4.conf.all.route_localnet\": 0" : "";
        string gateways = _chance.Percent(85) ? List(_families.Select(static family => family.Gateway)) : "[]";
        return $"---\n{{\"apiVersion\": \"nodeportsim.dev/v1alpha1\", \"kind\": \"Network\", \"metadata\": {{\"name\": \"default\"}}, \"spec\": {{\"cni\": \"{shape}\", \"hostAddress\": \"{_chance.Of("podGateway", "none", "node")}\", "
            + $"\"hairpin\": {Text(_chance.Percent(85))}, \"bridgeNfCallIptables\": {Text(_chance.Percent(85))}, \"gateways\": {gateways}, \"sysctls\": "
            + $"{{\"net.ipv4.icmp_ratelimit\": 0, \"net.ipv4.conf.all.send_redirects\": 0, \"net.netfilter.nf_conntrack_acct\": {_chance.Below(2)}{filter}{localnet}}}}}}}\n"
            + ClientText("mypc", 0, "")
            + ClientText("routed", 1, string.Join(", ", _families.SelectMany(family =>
                new[] { family.ServiceNetwork, family.VipNetwork, family.ClusterCidr, family.ExtraNetwork }.Select(to => $"{{\"to\": \"{to}\", \"via\": \"{family.Node(via)}\"}}"))));
    }

    private string ClientText(string name, int number, string routes) =>
        $"---\n{{\"apiVersion\": \"nodeportsim.dev/v1alpha1\", \"kind\": \"ExternalClient\", \"metadata\": {{\"name\": \"{name}\"}}, \"spec\": {{\"addresses\": {List(_families.Select(family => family.Client(number)))}, \"routes\": [{routes}]}}}}\n";

    private string ProxyText()
    {
        string local = _chance.Below(10) switch
        {
            0 or 1 => "",
            2 => ", \"detectLocalMode\": \"NodeCIDR\"",
            3 => ", \"detectLocalMode\": \"BridgeInterface\", \"detectLocal\": {\"bridgeInterface\": \"cni0\"}",
            4 => ", \"detectLocalMode\": \"InterfaceNamePrefix\", \"detectLocal\": {\"interfaceNamePrefix\": \"veth\"}",
            _ => $", \"clusterCIDR\": \"{string.Join(',', _families.Select(static family => family.ClusterCidr))}\"",
        };
        string addresses = _chance.Below(10) switch
        {
            0 => $", \"nodePortAddresses\": {List(_families.Select(static family => family.NodeNetwork))}",
            1 => $", \"nodePortAddresses\": {List(_families.Select(family => $"{family.Node(_chance.Below(_nodes))}/{family.Bits}"))}",
            2 => $", \"nodePortAddresses\": {List(_families.Select(static family => family.ExtraNetwork))}",
            3 => ", \"nodePortAddresses\": [\"primary\"]",
            _ => "",
        };
        string liberal = _chance.Percent(10) ? ", \"conntrack\": {\"tcpBeLiberal\": true}" : "";
        string localhost = _chance.Percent(15) ? ", \"localhostNodePorts\": false" : "";
        return $"---\n{{\"apiVersion\": \"kubeproxy.config.k8s.io/v1alpha1\", \"kind\": \"KubeProxyConfiguration\", \"mode\": \"iptables\"{local}{addresses}{liberal}, \"iptables\": {{\"masqueradeAll\": {Text(_chance.Percent(10))}{localhost}}}}}\n";
    }

    private LabFlow Flow()
    {
        RandomService service = _chance.Of(_services);
        (RandomAddresses family, string protocol, string? address, int port) = _chance.Of(service.Targets);
        int node = _chance.Below(_nodes);
        string from = _chance.Below(5) switch
        {
            0 => "mypc",
            1 => "routed",
            2 => $"n{node}",
            3 when service.Pods.Count > 0 => "default/" + _chance.Of(service.Pods),
            _ => $"default/app{node}",
        };

        // Where nothing is, or what is no Service's: a port that nobody opened, a pod itself.
        int astray = _chance.Below(20);
        if (astray == 0) port = 7;
        if (astray == 1) (address, port) = (family.Pod(node, 200), 7);
        return new LabFlow(from, protocol == "TCP" ? Protocol.Tcp : Protocol.Udp, new IpEndpoint(IpAddr.Parse(address ?? NodeAddress(from, family)), (ushort)port));
    }

    private string NodeAddress(string from, RandomAddresses family)
    {
        int node = _chance.Below(_nodes);
        if (from[0] == 'n' && _chance.Percent(25)) return family.Loopback;
        if (from[0] == 'n' && _chance.Percent(30)) node = from[1] - '0';
        string? further = _furtherAddresses[node].Find(address => address.Contains(':', StringComparison.Ordinal) != family.IsIPv4);
        return further is not null && _chance.Percent(50) ? further : family.Node(node);
    }

    private static string List(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(static text => $"\"{text}\""))}]";

    private static string Text(bool value) => value ? "true" : "false";
}
