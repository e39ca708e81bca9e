using NodePortSim.Manifests;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.Tests.Network;

/// <summary>What a client learns of ICMP errors: as sockets of the kernel do, found by the tests against it.</summary>
public sealed class UnreachableTests
{
    private const string Manifests = """
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n0"}, "spec": {"podCIDR": "10.44.0.0/24"}, "status": {"addresses": [{"type": "InternalIP", "address": "192.168.70.11"}]}}
        ---
        {"apiVersion": "nodeportsim.dev/v1alpha1", "kind": "ExternalClient", "metadata": {"name": "mypc"}, "spec": {"addresses": ["192.168.70.100"]}}
        ---
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "idle"}, "spec": {"type": "NodePort", "clusterIP": "10.201.0.10", "ports": [{"name": "t", "port": 80, "nodePort": 31080}, {"name": "u", "port": 80, "protocol": "UDP", "nodePort": 31080}]}}
        """;

    [Theory]
    [InlineData(Protocol.Tcp, Outcome.Unreachable)]
    [InlineData(Protocol.Udp, Outcome.Timeout)]
    public void A_router_without_a_route_ends_a_TCP_connect_but_not_the_wait_of_a_UDP_socket(Protocol protocol, Outcome expected) =>
        Connect("10.201.0.10:80", protocol).Should().Be(expected);

    [Theory]
    [InlineData(Protocol.Tcp)]
    [InlineData(Protocol.Udp)]
    public void An_ICMP_port_unreachable_is_final_for_both(Protocol protocol) =>
        Connect("192.168.70.11:31080", protocol).Should().Be(Outcome.Refused);

    /// <summary>The sequences are those of kernel 6.18: a datagram for a port that is rejected (r), a connection for which there is no route (u), silence (t).</summary>
    [Theory]
    [InlineData(1000, "uuuu", "uutt")]
    [InlineData(1000, "urrrrr", "urrrtt")]
    [InlineData(1000, "ruuu", "ruut")]
    [InlineData(1000, "rrruuur", "rrruttt")]
    [InlineData(500, "uuuuuu", "uuuttt")]
    [InlineData(1000, "uuu1uuu2uuu3uuu4uuuu7uuuu", "uut1ttt2utt3utt4uutt7uutt")]
    [InlineData(1000, "u1u1u1u1u1u1u1u", "u1u1u1u1t1t1t1t")]
    public void A_router_without_a_route_tells_a_sender_two_times_in_a_row_of_the_same_allowance(int rateLimit, string asked, string told)
    {
        Simulator simulator = Start(rateLimit);
        var answers = new System.Text.StringBuilder();
        foreach (char one in asked)
        {
            if (char.IsDigit(one)) simulator.Advance(TimeSpan.FromSeconds(one - '0' + 0.05));
            answers.Append(one switch
            {
                'r' => Letter(ToNode(simulator, "192.168.70.11:31080", Protocol.Udp)),
                'u' => Letter(ToNode(simulator, "10.201.9.9:80", Protocol.Tcp)),
                _ => one,
            });
        }

        answers.ToString().Should().Be(told);
    }

    [Fact]
    public void Silence_of_a_router_without_a_route_is_explained_by_its_limit()
    {
        Simulator simulator = Start(rateLimit: 1000);
        ToNode(simulator, "10.201.9.9:80", Protocol.Tcp).Reason.Should().Be(OutcomeReason.NoRoute);
        ToNode(simulator, "10.201.9.9:80", Protocol.Tcp).Outcome.Should().Be(Outcome.Unreachable);
        Connection third = ToNode(simulator, "10.201.9.9:80", Protocol.Tcp);
        (third.Outcome, third.Reason).Should().Be((Outcome.Timeout, OutcomeReason.IcmpRateLimited));
        third.Explanation.Should().Contain("n0 has used up its ICMP allowance for 192.168.70.101");
    }

    private static Connection ToNode(Simulator simulator, string to, Protocol protocol) =>
        simulator.Client("routed").Connect(to, new ConnectOptions { Protocol = protocol, Timeout = TimeSpan.FromMilliseconds(1) });

    private static char Letter(Connection connection) => connection.Outcome switch
    {
        Outcome.Refused => 'r',
        Outcome.Unreachable => 'u',
        _ => 't',
    };

    private static Simulator Start(int rateLimit)
    {
        var simulator = new Simulator();
        simulator.Apply(ManifestReader.ReadText(Manifests + $$$"""

            ---
            {"apiVersion": "nodeportsim.dev/v1alpha1", "kind": "Network", "metadata": {"name": "default"}, "spec": {"sysctls": {"net.ipv4.conf.all.send_redirects": 0, "net.ipv4.icmp_ratelimit": {{{rateLimit}}} } } }
            ---
            {"apiVersion": "nodeportsim.dev/v1alpha1", "kind": "ExternalClient", "metadata": {"name": "routed"}, "spec": {"addresses": ["192.168.70.101"], "routes": [{"to": "10.201.0.0/16", "via": "192.168.70.11"}]}}
            """)).ThrowIfErrors();
        return simulator;
    }

    private static Outcome Connect(string to, Protocol protocol)
    {
        var simulator = new Simulator();
        simulator.Apply(ManifestReader.ReadText(Manifests)).ThrowIfErrors();
        return simulator.Client("mypc").Connect(to, new ConnectOptions { Protocol = protocol }).Outcome;
    }
}
