using NodePortSim.KernelTests.Flows;
using NodePortSim.KernelTests.Kernel;
using NodePortSim.Net;

namespace NodePortSim.KernelTests;

/// <summary>
/// First packets that end behind DNAT, at rules of an administrator or for lack of a route: the answers reach the sender translated back, and are counted
/// and tracked in the kernel as in the simulator (spec netfilter-datapath 3.8).
/// </summary>
[Collection(nameof(KernelTotals))]
public sealed class RejectedFlowTests(KernelTotals totals)
{
    public const string Manifests = """
        {apiVersion: v1, kind: Node, metadata: {name: n0, annotations: {nodeportsim.dev/extra-addresses: "eth1=10.201.200.1/16 eth1=fd01::200:1/64"}},
          spec: {podCIDR: 10.44.0.0/24, podCIDRs: [10.44.0.0/24, "fd44::/64"]}, status: {addresses: [{type: InternalIP, address: 192.168.70.11}, {type: InternalIP, address: "fd70::11"}]}}
        ---
        {apiVersion: v1, kind: Node, metadata: {name: n1}, spec: {podCIDR: 10.44.1.0/24, podCIDRs: [10.44.1.0/24, "fd44:0:0:1::/64"]},
          status: {addresses: [{type: InternalIP, address: 192.168.70.12}, {type: InternalIP, address: "fd70::12"}]}}
        ---
        {apiVersion: nodeportsim.dev/v1alpha1, kind: Network, metadata: {name: default}, spec: {gateways: [],
          sysctls: {net.ipv4.icmp_ratelimit: 0, net.ipv4.conf.all.send_redirects: 0, net.netfilter.nf_conntrack_acct: 1}}}
        ---
        {apiVersion: nodeportsim.dev/v1alpha1, kind: ExternalClient, metadata: {name: mypc}, spec: {addresses: [192.168.70.100, "fd70::100"],
          routes: [{to: 10.201.0.0/16, via: 192.168.70.11}, {to: "fd01::/64", via: "fd70::11"}]}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: app}, spec: {nodeName: n0, containers: [{name: c, image: i}]},
          status: {phase: Running, podIP: 10.44.0.9, podIPs: [{ip: 10.44.0.9}, {ip: "fd44::9"}]}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {nodeName: n0, containers: [{name: c, image: i, ports: [{containerPort: 8080}, {containerPort: 8080, protocol: UDP}]}]},
          status: {phase: Running, podIP: 10.44.0.7, podIPs: [{ip: 10.44.0.7}, {ip: "fd44::7"}]}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, clusterIP: 10.201.0.10, clusterIPs: [10.201.0.10, "fd01::a"], ipFamilies: [IPv4, IPv6],
          ipFamilyPolicy: RequireDualStack, ports: [{name: t, port: 80, targetPort: 8080, nodePort: 31080}, {name: u, port: 80, targetPort: 8080, nodePort: 31080, protocol: UDP}]}}

        """;

    private static readonly LabFlow[] Flows =
    [
        .. from protocol in (Protocol[])[Protocol.Tcp, Protocol.Udp]
           from to in (string[])["192.168.70.11:31080", "10.201.0.10:80", "[fd70::11]:31080", "[fd01::a]:80"]
           from host in (string[])["mypc", "n0", "default/app"]
           select new LabFlow(host, protocol, IpEndpoint.Parse(to)),
    ];

    [SkippableTheory]
    [InlineData("icmp-port-unreachable", "icmp6-port-unreachable")]
    [InlineData("icmp-admin-prohibited", "icmp6-adm-prohibited")]
    [InlineData("icmp-net-unreachable", "icmp6-no-route")]
    [InlineData("icmp-host-unreachable", "icmp6-addr-unreachable")]
    [InlineData("tcp-reset", "tcp-reset")]
    public void A_REJECT_behind_DNAT_is_told_as_the_kernel_tells_it(string with, string with6) =>
        Compare("reject", new FurtherRules(Text(with), Text(with6)), ("10.44.0.7", "n0"), ("fd44::7", "n0"));

    [SkippableFact]
    public void A_RST_binds_as_the_kernel_binds()
    {
        string text = Text("tcp-reset") + "*nat\n-A POSTROUTING -p tcp -j MASQUERADE\nCOMMIT\n";
        Compare("reject", new FurtherRules(text, text), ("10.44.0.7", "n0"), ("fd44::7", "n0"));
    }

    [SkippableFact]
    public void A_missing_route_behind_DNAT_is_told_as_the_kernel_tells_it() =>
        Compare("no route", new FurtherRules(Counting, Counting), ("10.99.0.9", "gone"), ("fd99::9", "gone"));

    /// <summary>What the nodes make of their answers shows in counters.</summary>
    private const string Counting = "*filter\n-A OUTPUT -m conntrack --ctstate RELATED\n-A OUTPUT -m conntrack --ctstate INVALID\nCOMMIT\n";

    private static string Text(string with)
    {
        string[] protocols = with == "tcp-reset" ? ["tcp"] : ["tcp", "udp"];
        string rules = string.Concat(protocols.SelectMany(protocol => new[] { "FORWARD", "OUTPUT" }
            .Select(chain => $"-I {chain} 1 -p {protocol} -m {protocol} --dport 8080 -j REJECT --reject-with {with}\n")));
        return $"*filter\n{rules}COMMIT\n{Counting}";
    }

    public static string Slice(string address, string node) => $$$"""
        ---
        {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-{{{(address.Contains(':', StringComparison.Ordinal) ? 6 : 4)}}}, labels: {kubernetes.io/service-name: web}},
          addressType: {{{(address.Contains(':', StringComparison.Ordinal) ? "IPv6" : "IPv4")}}}, ports: [{name: t, port: 8080}, {name: u, port: 8080, protocol: UDP}],
          endpoints: [{addresses: ["{{{address}}}"], nodeName: {{{node}}}, conditions: {ready: true}}]}

        """;

    private void Compare(string kind, FurtherRules rules, (string Address, string Node) endpoint, (string Address, string Node) endpoint6)
    {
        KernelRequirements.Check();
        using var comparison = new FlowComparison(Manifests + Slice(endpoint.Address, endpoint.Node) + Slice(endpoint6.Address, endpoint6.Node), rules);
        string[] differences = [.. comparison.ChangedRules, .. Flows.SelectMany(flow => comparison.Compare(flow with { From = comparison.Reference.Host(flow.From).Name }))];
        totals.Add(kind, comparison.Totals);
        if (differences.Length > 0) Assert.Fail(string.Join('\n', differences));
    }
}
