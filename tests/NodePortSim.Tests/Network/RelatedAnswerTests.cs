using NodePortSim.Iptables;
using NodePortSim.Manifests;
using NodePortSim.Net;
using NodePortSim.Simulation;
using NodePortSim.Tests.Fidelity;

namespace NodePortSim.Tests.Network;

/// <summary>
/// Errors and RSTs about packets whose entry is not in the table yet are translated back all the same (spec netfilter-datapath 3.8): what kernel 6.18
/// answered, seen by the sender, and what its sockets made of it.
/// </summary>
public sealed class RelatedAnswerTests
{
    private const string Manifests = """
        {apiVersion: v1, kind: Node, metadata: {name: n0, annotations: {nodeportsim.dev/extra-addresses: "eth1=10.201.200.1/16"}}, spec: {podCIDR: 10.44.0.0/24, podCIDRs: [10.44.0.0/24, "fd44::/64"]},
          status: {addresses: [{type: InternalIP, address: 192.168.70.11}, {type: InternalIP, address: "fd70::11"}]}}
        ---
        {apiVersion: nodeportsim.dev/v1alpha1, kind: Network, metadata: {name: default}, spec: {gateways: [], sysctls: {net.ipv4.icmp_ratelimit: 0, net.ipv4.conf.all.send_redirects: 0}}}
        ---
        {apiVersion: nodeportsim.dev/v1alpha1, kind: ExternalClient, metadata: {name: mypc}, spec: {addresses: [192.168.70.100, "fd70::100"],
          routes: [{to: 10.201.0.0/16, via: 192.168.70.11}, {to: "fd01::/112", via: "fd70::11"}]}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {nodeName: n0, containers: [{name: c, image: i, ports: [{containerPort: 8080}, {containerPort: 8080, protocol: UDP}]}]},
          status: {phase: Running, podIP: 10.44.0.7, podIPs: [{ip: 10.44.0.7}, {ip: "fd44::7"}]}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, clusterIP: 10.201.0.10, clusterIPs: [10.201.0.10, "fd01::a"], ipFamilies: [IPv4, IPv6], ipFamilyPolicy: RequireDualStack,
          ports: [{name: t, port: 80, targetPort: 8080, nodePort: 31080}, {name: u, port: 80, targetPort: 8080, nodePort: 31080, protocol: UDP}]}}

        """;

    [Theory]
    [InlineData("icmp-port-unreachable", Protocol.Tcp, Outcome.Refused)]
    [InlineData("icmp-port-unreachable", Protocol.Udp, Outcome.Refused)]
    [InlineData("icmp-admin-prohibited", Protocol.Tcp, Outcome.Unreachable)]
    [InlineData("icmp-admin-prohibited", Protocol.Udp, Outcome.Unreachable)]
    [InlineData("icmp-net-unreachable", Protocol.Tcp, Outcome.Unreachable)]
    [InlineData("icmp-net-unreachable", Protocol.Udp, Outcome.Timeout)]
    [InlineData("tcp-reset", Protocol.Tcp, Outcome.Refused)]
    [InlineData("icmp6-port-unreachable", Protocol.Tcp, Outcome.Refused)]
    [InlineData("icmp6-port-unreachable", Protocol.Udp, Outcome.Refused)]
    [InlineData("icmp6-adm-prohibited", Protocol.Tcp, Outcome.Unreachable)]
    [InlineData("icmp6-adm-prohibited", Protocol.Udp, Outcome.Unreachable)]
    [InlineData("tcp-reset", Protocol.Tcp, Outcome.Refused, true)]
    public void A_client_whose_translated_packet_is_rejected_in_FORWARD_is_told_of_the_connection_that_it_made(string with, Protocol protocol, Outcome outcome, bool v6 = false)
    {
        v6 |= with.StartsWith("icmp6", StringComparison.Ordinal);
        foreach (string to in (string[])(v6 ? ["[fd70::11]:31080", "[fd01::a]:80"] : ["192.168.70.11:31080", "10.201.0.10:80"]))
        {
            Simulator simulator = Start(v6, $"-A FORWARD -p {Name(protocol)} --dport 8080 -j REJECT --reject-with {with}");
            IpEndpoint asked = IpEndpoint.Parse(to);
            Packet sent = Request(protocol, v6 ? "fd70::100" : "192.168.70.100", asked);
            Packet answer = simulator.Client("mypc").SendRaw(sent).At("mypc").Should().ContainSingle().Subject;
            (answer.Source, answer.Destination).Should().Be((asked.Address, sent.Source));
            if (answer.IsIcmpError) answer.Quoted.Should().Be(sent.Tuple);
            else (answer.SourcePort, answer.DestinationPort, answer.Flags).Should().Be((asked.Port, (ushort)40000, TcpFlags.Rst | TcpFlags.Ack));

            // Over IPv6 a client learns of an error about its first SYN with the one about the second.
            Connection connection = simulator.Client("mypc").Connect(to, new ConnectOptions { Protocol = protocol, Timeout = TimeSpan.FromSeconds(1.1) });
            connection.Outcome.Should().Be(outcome);
            connection.Reason.Should().Be(OutcomeReason.RejectedByRule);
            simulator.Node("n0").Conntrack.Count.Should().Be(0, "neither the packet nor the answer to it confirms the entry");
        }
    }

    [Theory]
    [InlineData("icmp-port-unreachable", Outcome.Refused)]
    [InlineData("icmp-admin-prohibited", Outcome.Unreachable)]
    [InlineData("tcp-reset", Outcome.Refused)]
    public void A_nodes_own_connection_that_its_OUTPUT_rejects_after_DNAT_is_refused_over_lo(string with, Outcome outcome)
    {
        foreach (string to in (string[])["192.168.70.11:31080", "10.201.0.10:80"])
        {
            Simulator simulator = Start(false, $"-A OUTPUT -p tcp --dport 8080 -j REJECT --reject-with {with}");
            simulator.Milliseconds(() => simulator.Node("n0").Connect(to).Outcome.Should().Be(outcome)).Should().BeLessThan(1);
            simulator.Node("n0").Conntrack.Count.Should().Be(0);
        }
    }

    [Fact]
    public void A_nodes_own_datagram_that_OUTPUT_rejects_is_denied_before_the_error_is_looked_at()
    {
        Simulator simulator = Start(false, "-A OUTPUT -p udp --dport 8080 -j REJECT");
        simulator.Node("n0").Connect("10.201.0.10:80", new ConnectOptions { Protocol = Protocol.Udp }).Outcome.Should().Be(Outcome.Denied);
    }

    [Theory]
    [InlineData("mypc", Protocol.Tcp, Outcome.Unreachable)]
    [InlineData("mypc", Protocol.Udp, Outcome.Timeout)]
    [InlineData("n0", Protocol.Tcp, Outcome.Timeout)]
    [InlineData("n0", Protocol.Udp, Outcome.Unreachable)]
    public void A_missing_route_to_the_endpoint_is_told_to_clients_and_to_own_datagrams_alone(string from, Protocol protocol, Outcome outcome)
    {
        foreach (string to in (string[])["192.168.70.11:31080", "10.201.0.10:80"])
        {
            Connection connection = Start(false, endpoint: "10.99.0.9").Host(from).Connect(to, new ConnectOptions { Protocol = protocol, Timeout = TimeSpan.FromSeconds(2) });
            (connection.Outcome, connection.Reason).Should().Be((outcome, OutcomeReason.NoRoute));
        }
    }

    [Theory]
    [InlineData("10.99.0.9", 64, false, 3 << 8)]
    [InlineData("10.44.0.7", 1, false, 11 << 8)]
    [InlineData("fd99::9", 64, true, 1 << 8)]
    [InlineData("fd44::7", 1, true, 3 << 8)]
    public void Errors_of_the_routing_step_are_translated_back(string endpoint, byte ttl, bool v6, int typeAndCode)
    {
        foreach (Protocol protocol in (Protocol[])[Protocol.Tcp, Protocol.Udp])
        {
            Simulator simulator = Start(v6, endpoint: endpoint);
            Packet sent = Request(protocol, v6 ? "fd70::100" : "192.168.70.100", IpEndpoint.Parse(v6 ? "[fd01::a]:80" : "10.201.0.10:80")) with { Ttl = ttl };
            Packet answer = simulator.Client("mypc").SendRaw(sent).At("mypc").Should().ContainSingle().Subject;
            (answer.Source, answer.Quoted, (int)answer.DestinationPort).Should().Be((sent.Destination, sent.Tuple, typeAndCode));
            simulator.Node("n0").Conntrack.Count.Should().Be(0);
        }
    }

    [Theory]
    [InlineData("icmp-port-unreachable", "[0:0]", "[1:88]")]
    [InlineData("tcp-reset", "[1:40]", "[1:40]")]
    public void The_answer_is_RELATED_and_only_a_RST_meets_the_nat_rules_that_the_rejected_packet_had_not_met(string with, string nat, string related)
    {
        Simulator simulator = Start(false, $"""
            -A FORWARD -p tcp --dport 8080 -j REJECT --reject-with {with}
            -A OUTPUT -m conntrack --ctstate RELATED
            -A OUTPUT -m conntrack --ctstate INVALID
            """);
        simulator.Client("mypc").Connect("192.168.70.11:31080");
        SimulatedNode node = simulator.Node("n0");
        string counters = node.Iptables.Save(IptablesTable.Nat, IpFamily.IPv4, counters: true) + node.Iptables.Save(IptablesTable.Filter, IpFamily.IPv4, counters: true);
        counters.Should().Contain($"{nat} -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN")
            .And.Contain($"{related} -A OUTPUT -m conntrack --ctstate RELATED")
            .And.Contain("[0:0] -A OUTPUT -m conntrack --ctstate INVALID");
    }

    [Fact]
    public void A_binding_that_a_RST_makes_does_not_change_what_it_undoes()
    {
        Simulator simulator = Start(false, "-A FORWARD -p tcp --dport 8080 -j REJECT --reject-with tcp-reset");
        simulator.Node("n0").Iptables.Restore("*nat\n-I POSTROUTING 1 -p tcp -j MASQUERADE\nCOMMIT\n");
        simulator.Client("mypc").Connect("10.201.0.10:80").Outcome.Should().Be(Outcome.Refused);
        simulator.Node("n0").Conntrack.Count.Should().Be(0);
    }

    private static Simulator Start(bool v6, string filterRules = "", string? endpoint = null)
    {
        string address = endpoint ?? (v6 ? "fd44::7" : "10.44.0.7");
        var simulator = new Simulator();
        simulator.Apply(ManifestReader.ReadText(Manifests + $$$"""
            ---
            {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}, addressType: {{{(v6 ? "IPv6" : "IPv4")}}},
              ports: [{name: t, port: 8080}, {name: u, port: 8080, protocol: UDP}], endpoints: [{addresses: ["{{{address}}}"], nodeName: {{{(endpoint is null || endpoint.Contains("44", StringComparison.Ordinal) ? "n0" : "gone")}}}, conditions: {ready: true}}]}
            """)).ThrowIfErrors();
        if (filterRules.Length > 0) simulator.Node("n0").Iptables.Restore($"*filter\n{filterRules.Replace("-A FORWARD", "-I FORWARD 1", StringComparison.Ordinal)}\nCOMMIT\n", v6 ? IpFamily.IPv6 : IpFamily.IPv4);
        return simulator;
    }

    private static string Name(Protocol protocol) => protocol == Protocol.Tcp ? "tcp" : "udp";

    private static Packet Request(Protocol protocol, string from, IpEndpoint to) => new()
    {
        Source = IpAddr.Parse(from),
        Destination = to.Address,
        SourcePort = 40000,
        DestinationPort = to.Port,
        Protocol = protocol,
        Flags = protocol == Protocol.Tcp ? TcpFlags.Syn : default,
        Ttl = 64,
        WindowScale = (sbyte)(protocol == Protocol.Tcp ? 7 : -1),
        Window = 64240,
        Sequence = 5000,
        Length = to.Address.IsIPv4 ? 60 : 80,
    };
}
