using System.Text;

namespace NodePortSim.KernelTests.Flows;

/// <summary>A service at random, with its endpoints and their pods.</summary>
internal sealed class RandomService
{
    private readonly Chance _chance;

    /// <summary>The cluster's families; the service has the first, the second or both.</summary>
    private readonly RandomAddresses[] _clusterFamilies;
    private readonly RandomAddresses[] _families;
    private readonly int _number;
    private readonly int _nodes;
    private readonly string _type;
    private readonly List<(string Protocol, int Port, int TargetPort, int NodePort)> _ports = [];

    public RandomService(Chance chance, RandomAddresses[] families, int number, int nodes)
    {
        (_chance, _clusterFamilies, _number, _nodes) = (chance, families, number, nodes);
        _families = families.Length == 1 || chance.Percent(60) ? families : [chance.Of(families)];
        _type = chance.Of("ClusterIP", "NodePort", "NodePort", "LoadBalancer");
        string first = chance.Of("TCP", "TCP", "UDP");
        AddPort(first);
        if (chance.Percent(30)) AddPort(first == "TCP" ? "UDP" : "TCP");
        Manifests = ServiceText() + PodAndSliceTexts();
    }

    public string Manifests { get; }

    /// <summary>The pods behind it, by host name.</summary>
    public List<string> Pods { get; } = [];

    /// <summary>Where it can be reached: protocol, address (null: a node's), port.</summary>
    public List<(RandomAddresses Family, string Protocol, string? Address, int Port)> Targets { get; } = [];

    private void AddPort(string protocol)
    {
        int index = _ports.Count;
        _ports.Add((protocol, 2000 + 10 * _number + index, 8080 + 10 * _number + index, 31000 + 10 * _number + index));
    }

    private string ServiceText()
    {
        bool reachesOutside = _type != "ClusterIP";
        string clusterIPs = List(_families.Select(family => family.ClusterIP(_number)));
        var spec = new StringBuilder($"\"type\": \"{_type}\", \"clusterIP\": \"{_families[0].ClusterIP(_number)}\", \"clusterIPs\": {clusterIPs}, \"ipFamilies\": {List(_families.Select(static family => family.ApiName))}, ");
        spec.Append($"\"ipFamilyPolicy\": \"{(_families.Length == 2 ? "RequireDualStack" : "SingleStack")}\"");
        foreach (RandomAddresses family in _families)
        {
            foreach ((string protocol, int port, _, int nodePort) in _ports)
            {
                Targets.Add((family, protocol, family.ClusterIP(_number), port));
                if (reachesOutside) Targets.Add((family, protocol, null, nodePort));
            }
        }

        bool external = _chance.Percent(25);
        if (external) spec.Append($", \"externalIPs\": {List(Outside(2 * _number + 1))}");
        if ((reachesOutside || external) && _chance.Percent(45)) spec.Append(", \"externalTrafficPolicy\": \"Local\"");
        if (_chance.Percent(15)) spec.Append(", \"internalTrafficPolicy\": \"Local\"");
        if (_chance.Percent(20)) spec.Append(", \"sessionAffinity\": \"ClientIP\"");
        if (_chance.Percent(5)) spec.Append(", \"publishNotReadyAddresses\": true");
        spec.Append($", \"ports\": [{string.Join(", ", _ports.Select((p, i) => PortText(p, i, reachesOutside)))}]");
        string status = "";
        if (_type == "LoadBalancer")
        {
            if (_chance.Percent(40)) spec.Append($", \"loadBalancerSourceRanges\": {List(_families.Select(SourceRange))}");
            string mode = _chance.Percent(10) ? ", \"ipMode\": \"Proxy\"" : "";
            status = $", \"status\": {{\"loadBalancer\": {{\"ingress\": [{string.Join(", ", Outside(2 * _number).Select(vip => $"{{\"ip\": \"{vip}\"{mode}}}"))}]}}}}";
        }

        return $"---\n{{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {{\"name\": \"s{_number}\"}}, \"spec\": {{{spec}}}{status}}}\n";
    }

    /// <summary>Who may come: a client, the clients' network with its nodes, pods, or some of them.</summary>
    private string SourceRange(RandomAddresses family) => _chance.Below(5) switch
    {
        0 => family.NodeNetwork,
        1 => family.ClusterCidr,
        2 => $"{family.Node(_chance.Below(_nodes))}/{family.Bits}",
        _ => $"{family.Client(_chance.Below(2))}/{family.Bits}",
    };

    /// <summary>An address for the outside in each family: of nobody, or now and then a node's own.</summary>
    private List<string> Outside(int number)
    {
        var addresses = new List<string>();
        int node = _chance.Below(_nodes);
        bool ownedByNode = _chance.Percent(15);
        foreach (RandomAddresses family in _families)
        {
            string address = ownedByNode ? family.Node(node) : family.Vip(number);
            addresses.Add(address);
            foreach ((string protocol, int port, _, _) in _ports) Targets.Add((family, protocol, address, port));
        }

        return addresses;
    }

    private static string PortText((string Protocol, int Port, int TargetPort, int NodePort) port, int index, bool withNodePort) =>
        $"{{\"name\": \"p{index}\", \"protocol\": \"{port.Protocol}\", \"port\": {port.Port}, \"targetPort\": {port.TargetPort}{(withNodePort ? $", \"nodePort\": {port.NodePort}" : "")}}}";

    private string PodAndSliceTexts()
    {
        List<string>[] endpoints = [.. _families.Select(static _ => new List<string>())];
        var pods = new StringBuilder();
        var onHost = new HashSet<int>();
        int count = _chance.Of(0, 1, 2, 2, 3, 4);
        for (int i = 0; i < count; i++)
        {
            int node = _chance.Below(_nodes);
            bool isOnHost = _chance.Percent(15) && onHost.Add(node);
            string[] addresses = [.. _clusterFamilies.Select(family => isOnHost ? family.Node(node) : family.Pod(node, 10 * _number + i))];

            // A process of the node serves without being a pod, too.
            if (!isOnHost || _chance.Percent(50)) pods.Append(PodText($"s{_number}-{i}", node, addresses, isOnHost));
            string conditions = _chance.Percent(80) ? "" : _chance.Of("\"ready\": false, \"serving\": true, \"terminating\": true", "\"ready\": false");
            for (int family = 0; family < _families.Length; family++)
                endpoints[family].Add($"{{\"addresses\": [\"{addresses[Array.IndexOf(_clusterFamilies, _families[family])]}\"], \"nodeName\": \"n{node}\", \"conditions\": {{{conditions}}}}}");
        }

        string ports = string.Join(", ", _ports.Select(static (p, i) => $"{{\"name\": \"p{i}\", \"protocol\": \"{p.Protocol}\", \"port\": {p.TargetPort}}}"));
        string slices = string.Concat(_families.Select((family, i) =>
            $"---\n{{\"apiVersion\": \"discovery.k8s.io/v1\", \"kind\": \"EndpointSlice\", \"metadata\": {{\"name\": \"s{_number}-{family.ApiName.ToLowerInvariant()}\", \"labels\": {{\"kubernetes.io/service-name\": \"s{_number}\"}}}}, "
            + $"\"addressType\": \"{family.ApiName}\", \"ports\": [{ports}], \"endpoints\": [{string.Join(", ", endpoints[i])}]}}\n"));
        return slices + pods;
    }

    /// <summary>A pod that serves its ports; now and then one whose ports are closed.</summary>
    private string PodText(string name, int node, string[] addresses, bool onHost)
    {
        if (!onHost) Pods.Add(name);
        IEnumerable<(string Protocol, int Port)> open = !onHost && _chance.Percent(8) ? [("TCP", 9)] : _ports.Select(static p => (p.Protocol, p.TargetPort));
        return RandomCluster.PodText(name, node, addresses, open, onHost);
    }

    private static string List(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(static text => $"\"{text}\""))}]";
}
