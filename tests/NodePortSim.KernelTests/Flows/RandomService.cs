using System.Text;

namespace NodePortSim.KernelTests.Flows;

/// <summary>A service at random, with its endpoints and their pods.</summary>
internal sealed class RandomService
{
    private readonly Chance _chance;
    private readonly RandomAddresses _addresses;
    private readonly int _number;
    private readonly int _nodes;
    private readonly string _type;
    private readonly List<(string Protocol, int Port, int TargetPort, int NodePort)> _ports = [];

    public RandomService(Chance chance, RandomAddresses addresses, int number, int nodes)
    {
        (_chance, _addresses, _number, _nodes) = (chance, addresses, number, nodes);
        _type = chance.Of("ClusterIP", "NodePort", "NodePort", "LoadBalancer");
        string first = chance.Of("TCP", "TCP", "UDP");
        AddPort(first);
        if (chance.Percent(30)) AddPort(first == "TCP" ? "UDP" : "TCP");
        Manifests = ServiceText() + SliceAndPodTexts();
    }

    public string Manifests { get; }

    /// <summary>The pods behind it, by host name.</summary>
    public List<string> Pods { get; } = [];

    /// <summary>Where it can be reached: protocol, address (null: a node's), port.</summary>
    public List<(string Protocol, string? Address, int Port)> Targets { get; } = [];

    private void AddPort(string protocol)
    {
        int index = _ports.Count;
        _ports.Add((protocol, 2000 + 10 * _number + index, 8080 + 10 * _number + index, 31000 + 10 * _number + index));
    }

    private string ServiceText()
    {
        bool reachesOutside = _type != "ClusterIP";
        var spec = new StringBuilder($"\"type\": \"{_type}\", \"clusterIP\": \"{_addresses.ClusterIP(_number)}\", \"clusterIPs\": [\"{_addresses.ClusterIP(_number)}\"], \"ipFamilies\": [\"{_addresses.ApiName}\"]");
        foreach ((string protocol, int port, _, int nodePort) in _ports)
        {
            Targets.Add((protocol, _addresses.ClusterIP(_number), port));
            if (reachesOutside) Targets.Add((protocol, null, nodePort));
        }

        if (_chance.Percent(25)) AddAddress(spec, "externalIPs");
        if (reachesOutside && _chance.Percent(45)) spec.Append(", \"externalTrafficPolicy\": \"Local\"");
        if (_chance.Percent(15)) spec.Append(", \"internalTrafficPolicy\": \"Local\"");
        if (_chance.Percent(20)) spec.Append(", \"sessionAffinity\": \"ClientIP\"");
        spec.Append($", \"ports\": [{string.Join(", ", _ports.Select((p, i) => PortText(p, i, reachesOutside)))}]");
        string status = "";
        if (_type == "LoadBalancer")
        {
            if (_chance.Percent(40)) spec.Append($", \"loadBalancerSourceRanges\": [\"{_addresses.Client(_chance.Below(2))}/{(_addresses.IsIPv4 ? 32 : 128)}\"]");
            string vip = _addresses.Vip(2 * _number);
            status = $", \"status\": {{\"loadBalancer\": {{\"ingress\": [{{\"ip\": \"{vip}\"}}]}}}}";
            foreach ((string protocol, int port, _, _) in _ports) Targets.Add((protocol, vip, port));
        }

        return $"---\n{{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {{\"name\": \"s{_number}\"}}, \"spec\": {{{spec}}}{status}}}\n";
    }

    private void AddAddress(StringBuilder spec, string field)
    {
        string address = _addresses.Vip(2 * _number + 1);
        spec.Append($", \"{field}\": [\"{address}\"]");
        foreach ((string protocol, int port, _, _) in _ports) Targets.Add((protocol, address, port));
    }

    private static string PortText((string Protocol, int Port, int TargetPort, int NodePort) port, int index, bool withNodePort) =>
        $"{{\"name\": \"p{index}\", \"protocol\": \"{port.Protocol}\", \"port\": {port.Port}, \"targetPort\": {port.TargetPort}{(withNodePort ? $", \"nodePort\": {port.NodePort}" : "")}}}";

    private string SliceAndPodTexts()
    {
        var endpoints = new List<string>();
        var pods = new StringBuilder();
        var onHost = new HashSet<int>();
        int count = _chance.Of(0, 1, 2, 2, 3);
        for (int i = 0; i < count; i++)
        {
            int node = _chance.Below(_nodes);
            string address = _addresses.Pod(node, 10 * _number + i);
            if (_chance.Percent(12) && onHost.Add(node)) address = _addresses.Node(node);
            else pods.Append(PodText($"s{_number}-{i}", node, address));
            string conditions = _chance.Percent(80) ? "" : _chance.Of("\"ready\": false, \"serving\": true, \"terminating\": true", "\"ready\": false");
            endpoints.Add($"{{\"addresses\": [\"{address}\"], \"nodeName\": \"n{node}\", \"conditions\": {{{conditions}}}}}");
        }

        string ports = string.Join(", ", _ports.Select(static (p, i) => $"{{\"name\": \"p{i}\", \"protocol\": \"{p.Protocol}\", \"port\": {p.TargetPort}}}"));
        return $"---\n{{\"apiVersion\": \"discovery.k8s.io/v1\", \"kind\": \"EndpointSlice\", \"metadata\": {{\"name\": \"s{_number}-a\", \"labels\": {{\"kubernetes.io/service-name\": \"s{_number}\"}}}}, "
            + $"\"addressType\": \"{_addresses.ApiName}\", \"ports\": [{ports}], \"endpoints\": [{string.Join(", ", endpoints)}]}}\n{pods}";
    }

    /// <summary>A pod that serves its ports; now and then one whose ports are closed.</summary>
    private string PodText(string name, int node, string address)
    {
        Pods.Add(name);
        IEnumerable<(string Protocol, int Port)> open = _chance.Percent(8) ? [("TCP", 9)] : _ports.Select(static p => (p.Protocol, p.TargetPort));
        return RandomCluster.PodText(name, node, address, open);
    }
}
