using NodePortSim.Manifests;
using NodePortSim.Net;
using NodePortSim.Simulation;
using NodePortSim.Tests.Conformance;

namespace NodePortSim.Tests.Network;

/// <summary>What limits ICMP errors and who overlooks them, as measured with kernel 6.18. The cluster has icmp_ratelimit 0, and no endpoint for IPv6.</summary>
public class IcmpErrorTests
{
    private static readonly ConnectOptions Udp = new() { Protocol = Protocol.Udp, Timeout = TimeSpan.FromMilliseconds(1) };

    [Theory]
    [InlineData("oak")]
    [InlineData("elm")]
    [InlineData("app-oak")]
    [InlineData("mypc")]
    public void TCP_over_IPv6_overlooks_the_first_error_and_is_refused_at_its_second_SYN(string from)
    {
        SimulatedHost client = Cluster().Host(from);
        Connection first = client.Connect("[fd70::11]:31810");
        first.Outcome.Should().Be(Outcome.Timeout);
        first.Reason.Should().Be(OutcomeReason.NoEndpoints);
        first.Explanation.Should().Contain("while connect() still held its socket");
        client.Connect("[fd70::11]:31810", new ConnectOptions { Timeout = TimeSpan.FromSeconds(1.1) }).Outcome.Should().Be(Outcome.Refused);
        client.Connect("[fd70::11]:31999").Outcome.Should().Be(Outcome.Refused, "a RST waits for the socket");
        client.Connect("[fd70::11]:31999", Udp).Outcome.Should().Be(Outcome.Refused);
    }

    [Fact]
    public void An_IPv6_peer_gets_six_errors_at_once_and_then_one_each_100_ms()
    {
        Simulator simulator = Cluster();
        Outcomes(simulator, "mypc", "[fd70::11]:31999", 8).Should().Be("rrrrrrtt");
        simulator.Advance(TimeSpan.FromMilliseconds(100));
        Outcomes(simulator, "mypc", "[fd70::11]:31999", 3).Should().Be("rtt");
        simulator.Advance(TimeSpan.FromSeconds(10));
        Outcomes(simulator, "mypc", "[fd70::11]:31999", 8).Should().Be("rrrrrrtt");
        Outcomes(simulator, "oak", "[fd70::11]:31999", 100).Should().Be(new string('r', 100), "what comes in over lo is not limited");
    }

    [Fact]
    public void All_peers_together_get_about_fifty_errors_at_once_and_then_a_thousand_a_second()
    {
        Simulator simulator = Cluster();
        string burst = Outcomes(simulator, "mypc", "192.168.70.11:31999", 80);
        burst.IndexOf('t', StringComparison.Ordinal).Should().BeInRange(35, 70);
        simulator.Advance(TimeSpan.FromSeconds(1));
        Outcomes(simulator, "elm", "192.168.70.11:31999", 30).Should().Be(new string('r', 30));
        Outcomes(simulator, "oak", "192.168.70.11:31999", 200).Should().Be(new string('r', 200), "what comes in over lo is not limited");
    }

    [Fact]
    public void The_limits_are_sysctls()
    {
        Sysctls sysctls = new Sysctls().With("net.ipv6.icmp.ratelimit", "1000")!.With("net.ipv4.icmp_msgs_per_sec", "10")!.With("net.ipv4.icmp_msgs_burst", "5")!;
        sysctls.Should().Be(new Sysctls { IcmpV6RateLimit = 1000, IcmpMessagesPerSecond = 10, IcmpMessagesBurst = 5 });
    }

    private static string Outcomes(Simulator simulator, string from, string to, int count) =>
        string.Concat(simulator.Host(from).ConnectMany(to, count, Udp).Select(static c => c.Outcome == Outcome.Refused ? 'r' : 't'));

    private static Simulator Cluster()
    {
        ConformanceCase recorded = ConformanceCases.Of("40-dual-stack-one-family-empty");
        var simulator = new Simulator();
        simulator.Apply(ManifestReader.ReadText(recorded.States.Last() + "\n---\n" + recorded.Hosts)).ThrowIfErrors();
        return simulator;
    }
}
