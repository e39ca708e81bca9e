using NodePortSim.Clusters;
using NodePortSim.KernelTests.Kernel;
using NodePortSim.Net;
using NodePortSim.Network;

namespace NodePortSim.KernelTests.Labs;

/// <summary>
/// The network that the simulator plans for a cluster, built of network namespaces: one for each node, pod and client, and one with the bridge
/// between nodes and clients, whose address is the gateway's.
/// </summary>
internal sealed class LabNetwork : IDisposable
{
    private readonly HostPlan _plan;
    private readonly NamespaceSet _namespaces = new();
    private readonly Dictionary<string, NetworkNamespace> _hosts = new(StringComparer.Ordinal);
    private readonly Dictionary<NetworkNamespace, List<string>> _commands = [];
    private readonly NetworkNamespace _lan;

    public LabNetwork(HostPlan plan)
    {
        _plan = plan;
        try
        {
            string[] names = [.. plan.Nodes.Keys, .. plan.Clients.Keys, .. plan.Pods.Keys];
            IReadOnlyList<NetworkNamespace> made = _namespaces.Add(names.Length + 1);
            _lan = made[^1];
            for (int i = 0; i < names.Length; i++) _hosts.Add(names[i], made[i]);
            foreach (NetworkNamespace one in made) _commands.Add(one, ["link set lo up"]);
            Build();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public NetworkNamespace this[string host] => _hosts[host];

    public IEnumerable<string> Nodes => _plan.Nodes.Keys;

    public void Dispose() => _namespaces.Dispose();

    private void Build()
    {
        _lan.SetSysctls(LabSysctls.Of(new Sysctls { Forwarding = true }, bridgeNetfilter: false));
        foreach ((string name, NetworkNamespace host) in _hosts)
            host.SetSysctls(LabSysctls.Of(_plan.Nodes.ContainsKey(name) ? _plan.Topology.NodeSysctls : new Sysctls(), bridgeNetfilter: null));
        foreach (NetworkNamespace one in _commands.Keys) one.SetSysctls(LabSysctls.IcmpLimits(), onlyKnown: true);
        WireLan();
        foreach (NodeHostOptions node in _plan.Nodes.Values) LabWiring.WireNode(_commands[this[node.Name]], node, _plan);
        foreach (ClientHostOptions client in _plan.Clients.Values) LabWiring.WireClient(_commands[this[client.Name]], client, _plan.Topology);
        WirePods();

        // The bridge's batch makes the links of nodes and clients; the nodes' batches make those of pods.
        Run(_lan);
        foreach (NetworkNamespace host in _hosts.Values) Run(host);
        Dictionary<string, string> options = LabSysctls.Nodes(_plan.Topology);
        foreach (string node in _plan.Nodes.Keys) this[node].SetSysctls(options);
    }

    private void WireLan()
    {
        List<string> lan = _commands[_lan];
        lan.AddRange(["link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0", "link set br0 up"]);
        foreach (IpAddr gateway in _plan.Topology.Gateways) lan.Add($"addr add {gateway}/{(gateway.IsIPv4 ? "24" : "64 nodad")} dev br0");
        int port = 0;
        foreach (string host in _plan.Nodes.Keys.Concat(_plan.Clients.Keys))
        {
            port++;
            lan.Add($"link add v{port} type veth peer name eth0 netns {this[host].Name}");
            lan.Add($"link set v{port} master br0 up");
        }

        if (_plan.Topology.Cni == CniKind.Overlay) WireLink(LabWiring.Tunnel, _plan.Nodes.Keys);
        foreach (var link in _plan.Nodes.Values.SelectMany(static node => node.ExtraAddresses.Select(extra => (node.Name, extra.Interface))).Distinct().GroupBy(static extra => extra.Interface))
            if (link.Key != "eth0") WireLink(link.Key, link.Select(static extra => extra.Name));
        foreach (IpAddr address in _plan.Clients.Values.SelectMany(static client => client.Addresses).Select(static a => a.Address))
        {
            IpAddr? gateway = _plan.Topology.Gateways.Where(one => one.Family == address.Family).Select(static one => (IpAddr?)one).FirstOrDefault();
            if (gateway is { } router && !LabWiring.OnLan(router).Contains(address)) lan.Add($"route add {IpCidr.Host(address)} dev br0");
        }
    }

    /// <summary>A link of its own, beside the one that all share.</summary>
    private void WireLink(string name, IEnumerable<string> hosts)
    {
        List<string> lan = _commands[_lan];
        string bridge = "b-" + name;
        lan.AddRange([$"link add {bridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0", $"link set {bridge} up"]);
        foreach (string host in hosts)
        {
            string port = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"p{lan.Count}");
            lan.AddRange([$"link add {port} type veth peer name {name} netns {this[host].Name}", $"link set {port} master {bridge} up"]);
        }
    }

    private void WirePods()
    {
        var count = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (PodHostOptions pod in _plan.Pods.Values)
        {
            int number = count[pod.Node] = count.GetValueOrDefault(pod.Node) + 1;
            string veth = $"veth{number}";
            List<string> node = _commands[this[pod.Node]];
            node.Add($"link add {veth} type veth peer name eth0 netns {this[pod.Name].Name}");
            LabWiring.WirePod(node, _commands[this[pod.Name]], pod, _plan.Nodes[pod.Node], veth, _plan.Topology);
        }
    }

    private void Run(NetworkNamespace host) =>
        Command.Run("ip", ["-n", host.Name, "-batch", "-"], string.Concat(_commands[host].Select(static line => line + "\n")));
}
