using System.Globalization;
using System.Text.RegularExpressions;
using NodePortSim.Iptables;
using NodePortSim.Manifests;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.Tests.Fidelity;

/// <summary>
/// The cluster on which the kernel was measured: a control plane and three workers, a pod of a web server on each worker, a TCP and a UDP Service
/// of these pods, pods that only ask, and clients beside the cluster.
/// </summary>
internal sealed record KernelLab
{
    public const string Control = "myk8s-control-plane", Worker = "myk8s-worker", Worker2 = "myk8s-worker2", Worker3 = "myk8s-worker3";
    public const string ControlAddress = "172.18.0.4", WorkerAddress = "172.18.0.5", Worker2Address = "172.18.0.2", Worker3Address = "172.18.0.3";
    public const string WebWorker = "10.10.2.3", WebWorker2 = "10.10.1.3", WebWorker3 = "10.10.3.3";
    public const string ClusterIP = "10.200.1.73:9000", UdpClusterIP = "10.200.1.74:9001", Vip = "10.88.0.5";
    public const string NodePort = ":30682", UdpNodePort = ":30683";

    public static readonly string[] Nodes = [Control, Worker, Worker2, Worker3];
    public static readonly string[] AllWeb = [WebWorker, WebWorker2, WebWorker3];
    public static readonly ConnectOptions Udp = new() { Protocol = Protocol.Udp };

    public string Cni { get; init; } = "ptp";

    public string HostAddress { get; init; } = "podGateway";

    public bool Hairpin { get; init; } = true;

    public bool BridgeNfCallIptables { get; init; } = true;

    public bool Gateway { get; init; } = true;

    /// <summary>Kernel parameters of the nodes, as the inside of a YAML flow mapping.</summary>
    public string Sysctls { get; init; } = "";

    /// <summary>More fields of the Service's spec, as the inside of a YAML flow mapping.</summary>
    public string Service { get; init; } = "type: NodePort";

    public string[] Endpoints { get; init; } = AllWeb;

    /// <summary>More manifests.</summary>
    public string More { get; init; } = "";

    public ulong Seed { get; init; } = 7;

    /// <summary>Without the kernel's limit on ICMP errors, for tests of many refusals.</summary>
    public KernelLab Unlimited() => this with { Sysctls = "net.ipv4.icmp_ratelimit: 0, net.ipv4.conf.all.send_redirects: 0" };

    public Simulator Start()
    {
        var simulator = new Simulator(new SimulatorOptions { Seed = Seed });
        simulator.Load(string.Join("\n---\n", Hosts(), ServiceText(Service), SliceText(Endpoints), More));
        return simulator;
    }

    public static string ServiceText(string spec) => $$$"""
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: 10.200.1.73, {{{spec}}},
          ports: [{name: http, port: 9000, targetPort: 8080{{{(spec.Contains("type: ClusterIP", StringComparison.Ordinal) ? "" : ", nodePort: 30682")}}} }]}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: dns}, spec: {type: NodePort, clusterIP: 10.200.1.74,
          ports: [{name: dns, port: 9001, targetPort: 8081, nodePort: 30683, protocol: UDP}]}}
        """;

    public static string SliceText(string[] endpoints)
    {
        string list = string.Join(", ", endpoints.Select(static address => $"{{addresses: [{address}], nodeName: {NodeOf(address)}, conditions: {{ready: true}}}}"));
        return $$$"""
            {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}, addressType: IPv4,
              ports: [{name: http, port: 8080}], endpoints: [{{{list}}}]}
            ---
            {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: dns-1, labels: {kubernetes.io/service-name: dns}}, addressType: IPv4,
              ports: [{name: dns, port: 8081, protocol: UDP}], endpoints: [{{{list}}}]}
            """;
    }

    /// <summary>The node whose pod network, or whose own address, it is; a node that there is not for others.</summary>
    public static string NodeOf(string address) => address switch
    {
        _ when address.StartsWith("10.10.0.", StringComparison.Ordinal) || address == ControlAddress => Control,
        _ when address.StartsWith("10.10.2.", StringComparison.Ordinal) || address == WorkerAddress => Worker,
        _ when address.StartsWith("10.10.1.", StringComparison.Ordinal) || address == Worker2Address => Worker2,
        _ when address.StartsWith("10.10.3.", StringComparison.Ordinal) || address == Worker3Address => Worker3,
        _ => "gone",
    };

    public static string PodText(string name, string address, bool serves, bool hostNetwork = false) => $$$"""
        {apiVersion: v1, kind: Pod, metadata: {name: {{{name}}} }, spec: {nodeName: {{{NodeOf(address)}}}, hostNetwork: {{{(hostNetwork ? "true" : "false")}}},
          containers: [{name: c, image: i, ports: [{{{(serves ? "{containerPort: 8080}, {containerPort: 8081, protocol: UDP}" : "")}}} ]}]},
          status: {phase: Running, podIP: {{{address}}}, podIPs: [{ip: {{{address}}} }]}}
        """;

    private string Hosts()
    {
        var parts = new List<string>();
        (string Name, string Address, int Network)[] nodes = [(Control, ControlAddress, 0), (Worker, WorkerAddress, 2), (Worker2, Worker2Address, 1), (Worker3, Worker3Address, 3)];
        foreach ((string name, string address, int network) in nodes)
        {
            parts.Add($$$"""
                {apiVersion: v1, kind: Node, metadata: {name: {{{name}}} }, spec: {podCIDR: 10.10.{{{network}}}.0/24, podCIDRs: [10.10.{{{network}}}.0/24]},
                  status: {addresses: [{type: InternalIP, address: {{{address}}} }, {type: Hostname, address: {{{name}}} }]}}
                """);
        }

        parts.Add("{apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, mode: iptables, clusterCIDR: 10.10.0.0/16}");
        parts.Add($$$"""
            {apiVersion: nodeportsim.dev/v1alpha1, kind: Network, metadata: {name: default}, spec: {cni: {{{Cni}}}, hostAddress: {{{HostAddress}}},
              hairpin: {{{(Hairpin ? "true" : "false")}}}, bridgeNfCallIptables: {{{(BridgeNfCallIptables ? "true" : "false")}}},
              gateways: [{{{(Gateway ? "172.18.0.254" : "")}}}], sysctls: { {{{Sysctls}}} } } }
            """);
        parts.Add("{apiVersion: nodeportsim.dev/v1alpha1, kind: ExternalClient, metadata: {name: mypc}, spec: {addresses: [172.18.0.100]}}");
        parts.Add("{apiVersion: nodeportsim.dev/v1alpha1, kind: ExternalClient, metadata: {name: other}, spec: {addresses: [172.18.0.101]}}");
        parts.Add($$$"""
            {apiVersion: nodeportsim.dev/v1alpha1, kind: ExternalClient, metadata: {name: routed}, spec: {addresses: [172.18.0.102],
              routes: [{to: 10.200.1.0/24, via: 172.18.0.5}, {to: 10.10.0.0/16, via: 172.18.0.5}, {to: 10.88.0.0/24, via: 172.18.0.5}]}}
            """);
        foreach ((string name, string address, bool serves) in ((string, string, bool)[])[
            ("web-worker", WebWorker, true), ("web-worker2", WebWorker2, true), ("web-worker3", WebWorker3, true),
            ("app-control", "10.10.0.9", false), ("app-worker", "10.10.2.9", false), ("app-worker3", "10.10.3.9", false)])
            parts.Add(PodText(name, address, serves));
        return string.Join("\n---\n", parts);
    }
}

/// <summary>Short words for what the tests ask again and again.</summary>
internal static partial class KernelLabWords
{
    public static Simulator Load(this Simulator simulator, string manifests)
    {
        simulator.Apply(ManifestReader.ReadText(manifests)).ThrowIfErrors();
        return simulator;
    }

    public static void SetEndpoints(this Simulator simulator, params string[] endpoints) => simulator.Load(KernelLab.SliceText(endpoints));

    public static string? Peer(this Connection connection) => connection.PeerSeenByBackend?.Address.ToString();

    public static string? Server(this Connection connection) => connection.Backend?.Address.ToString();

    public static Outcome To(this SimulatedHost host, string to, ConnectOptions? options = null) => host.Connect(to, options).Outcome;

    /// <summary>The different peer addresses that backends saw, of as many connections as make it near certain that all are met.</summary>
    public static string Peers(this SimulatedHost host, string to, ConnectOptions? options = null) =>
        string.Join(' ', host.ConnectMany(to, 60, options).Select(static c => $"{c.Server()}<{c.Peer()}").Distinct().Order(StringComparer.Ordinal));

    /// <summary>How long something took, in virtual milliseconds.</summary>
    public static double Milliseconds(this Simulator simulator, Action action)
    {
        DateTimeOffset before = simulator.Time.GetUtcNow();
        action();
        return (simulator.Time.GetUtcNow() - before).TotalMilliseconds;
    }

    /// <summary>The packets that the rules of a chain (with a star at its end: of chains) counted whose text holds a part, added up.</summary>
    public static long Packets(this SimulatedNode node, IptablesTable table, string chain, string part = "") => node.Iptables
        .Spec(table, counters: true).Split('\n')
        .Where(line => line.StartsWith("-A " + (chain.EndsWith('*') ? chain[..^1] : chain + " "), StringComparison.Ordinal) && line.Contains(part, StringComparison.Ordinal))
        .Sum(static line => long.Parse(Counter().Match(line).Groups[1].Value, CultureInfo.InvariantCulture));

    public static long PolicyPackets(this SimulatedNode node, IptablesTable table, string chain) =>
        long.Parse(Counter().Match(node.Iptables.Spec(table, chain, counters: true).Split('\n')[0]).Groups[1].Value, CultureInfo.InvariantCulture);

    public static long Nfacct(this SimulatedNode node, string name) =>
        long.Parse(Regex.Match(node.NfacctList(), $@"pkts = (\d+), .*= {name};").Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>Chi-squared of counts that should be equal.</summary>
    public static double ChiSquared(this IEnumerable<int> counts)
    {
        int[] all = [.. counts];
        double expected = all.Average();
        return all.Sum(count => (count - expected) * (count - expected) / expected);
    }

    public static Packet Segment(TcpFlags flags, string from, int port, string to, uint sequence = 5000, uint acknowledgment = 7000, int payload = 0)
    {
        IpEndpoint destination = IpEndpoint.TryParse(to, out IpEndpoint parsed) ? parsed : throw new FormatException(to);
        return new Packet
        {
            Source = IpAddr.Parse(from),
            Destination = destination.Address,
            SourcePort = (ushort)port,
            DestinationPort = destination.Port,
            Protocol = Protocol.Tcp,
            Flags = flags,
            Ttl = 64,
            WindowScale = (flags & TcpFlags.Syn) != 0 ? (sbyte)7 : (sbyte)-1,
            Window = (flags & TcpFlags.Syn) != 0 ? (ushort)64240 : (ushort)502,
            Sequence = sequence,
            Acknowledgment = (flags & TcpFlags.Ack) != 0 ? acknowledgment : 0,
            PayloadLength = payload,
            Length = ((flags & TcpFlags.Syn) != 0 ? 60 : 52) + payload,
        };
    }

    [GeneratedRegex(@"-c (\d+) \d+")]
    private static partial Regex Counter();
}
