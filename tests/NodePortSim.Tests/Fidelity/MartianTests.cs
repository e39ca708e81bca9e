using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Simulation;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Fidelity;

/// <summary>127.0.0.0/8 on real interfaces, as measured with kernel 6.18: nothing without route_localnet, and never from an address that the host has (spec netfilter-datapath 5).</summary>
public sealed class MartianTests
{
    [Theory]
    [InlineData(0, Outcome.Timeout, OutcomeReason.RouteLocalnetOff)]
    [InlineData(1, Outcome.Connected, OutcomeReason.None)]
    public void A_client_reaches_a_server_of_127_0_0_1_by_DNAT_only_with_route_localnet(int routeLocalnet, Outcome outcome, OutcomeReason reason)
    {
        Simulator sim = Start(routeLocalnet);
        sim.Node(Control).Iptables.Restore("*nat\n-I PREROUTING 1 -p tcp --dport 99 -j DNAT --to-destination 127.0.0.1:8080\nCOMMIT\n");
        Connection connection = sim.Client("mypc").Connect(ControlAddress + ":99");
        (connection.Outcome, connection.Reason).Should().Be((outcome, reason));
        sim.Node(Control).Packets(IptablesTable.Nat, "PREROUTING", "--dport 99").Should().BePositive("nat has counted before routing refuses");
        if (outcome == Outcome.Timeout) sim.Node(Control).Conntrack.Count.Should().Be(0);
    }

    [Theory]
    [InlineData("127.0.0.1", 0, false)]
    [InlineData("127.0.0.1", 1, false)]
    [InlineData("127.9.9.9", 0, false)]
    [InlineData("127.9.9.9", 1, true)]
    [InlineData(ControlAddress, 1, false)]
    [InlineData("172.18.0.100", 1, true)]
    public void A_datagram_that_claims_to_come_from_the_host_itself_does_not_get_past_routing(string source, int routeLocalnet, bool passes)
    {
        Simulator sim = Start(routeLocalnet);
        sim.Node(Control).Iptables.Restore($"*raw\n-A PREROUTING -s {source}/32 -p udp -j ACCEPT\nCOMMIT\n*filter\n-I INPUT 1 -s {source}/32 -p udp\nCOMMIT\n");
        PacketReport report = sim.Client("mypc").SendRaw(new Packet
        {
            Source = IpAddr.Parse(source),
            Destination = IpAddr.Parse(ControlAddress),
            SourcePort = 777,
            DestinationPort = 5,
            Protocol = Protocol.Udp,
            Ttl = 64,
            WindowScale = -1,
            PayloadLength = 1,
            Length = 29,
        });
        sim.Node(Control).Packets(IptablesTable.Raw, "PREROUTING").Should().Be(1);
        sim.Node(Control).Packets(IptablesTable.Filter, "INPUT", $"-s {source}/32").Should().Be(passes ? 1 : 0);
        report.Drops.Any(static drop => drop.Host == Control).Should().Be(!passes);
    }

    private static Simulator Start(int routeLocalnet) => new KernelLab
    {
        Sysctls = $"net.ipv4.conf.all.route_localnet: {routeLocalnet}",
        More = PodText("on-host", ControlAddress, serves: true, hostNetwork: true),
    }.Start();
}
