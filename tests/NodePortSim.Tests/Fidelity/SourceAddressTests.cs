using NodePortSim.Net;
using NodePortSim.Routing;
using NodePortSim.Simulation;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Fidelity;

/// <summary>Which of a host's own addresses its packets carry: what kernel 6.18 answered to <c>ip route get</c> (spec netfilter-datapath 3.7).</summary>
public sealed class SourceAddressTests
{
    [Theory]
    [InlineData("fd70::50", "fd70::9a", "of equally long prefixes the interface's newest")]
    [InlineData("fd70::98", "fd70::9a", "a common prefix longer than the subnet's does not count")]
    [InlineData("fd71::9", "fd71::1", "the outgoing interface")]
    [InlineData("fd7f::5", "fd71::1", "the outgoing interface comes before the common prefix")]
    [InlineData("fd72::1", "fd70::9a", "the label: unique local asks unique local")]
    [InlineData("fd70:0:0:1::1", "fd70::9a", "all three of the subnet are equally long")]
    [InlineData("2001:db8::77", "2001:db8::11", "the label: global asks global")]
    [InlineData("2001:db8:2::1", "2001:db8::11", "the outgoing interface comes before the common prefix")]
    [InlineData("2002:1::1", "2001:db8::11", "no label is the same, the prefix is longer")]
    [InlineData("2001:0:1::1", "2001:db8::11", "no label is the same, the prefix is longer")]
    [InlineData("2001:10::1", "2001:db8::11", "no label is the same, the prefix is longer")]
    [InlineData("fd70::11", "fd70::11", "a host asks itself from the address that it asks")]
    [InlineData("fd71::1", "fd71::1", "a host asks itself from the address that it asks")]
    public void An_IPv6_source_is_chosen_after_RFC_6724(string destination, string source, string because) =>
        Source(destination).Should().Be(IpAddr.Parse(source), because);

    [Theory]
    [InlineData("192.168.70.11", "192.168.70.11", "the primary one")]
    [InlineData("192.168.70.55", "192.168.70.11", "a secondary address is asked from the primary one of its subnet")]
    [InlineData("10.77.0.1", "10.77.0.1", "the primary one of another subnet")]
    [InlineData("10.78.0.1", "10.78.0.1", "the primary one of another interface")]
    [InlineData("10.78.0.9", "10.78.0.9", "its prefix is another: it is primary")]
    [InlineData("127.0.0.1", "127.0.0.1", "lo")]
    [InlineData("127.9.9.9", "127.0.0.1", "lo's only address")]
    public void A_local_IPv4_destination_is_asked_from_the_primary_address_of_its_subnet(string destination, string source, string because) =>
        Source(destination).Should().Be(IpAddr.Parse(source), because);

    [Theory]
    [InlineData("192.168.70.77", "192.168.70.11")]
    [InlineData("10.77.3.3", "10.77.0.1")]
    [InlineData("10.78.0.7", "10.78.0.1")]
    [InlineData("8.8.8.8", "192.168.70.11")]
    public void An_IPv4_destination_elsewhere_is_asked_from_the_address_whose_subnet_holds_the_next_hop(string destination, string source) =>
        Source(destination).Should().Be(IpAddr.Parse(source));

    [Fact]
    public void Further_addresses_of_eth0_stay_on_the_nodes_link()
    {
        Simulator sim = new KernelLab { Endpoints = [WebWorker], More = Extra("eth0=172.18.0.60/24 eth0=10.66.0.60/24") }.Start();
        sim.Client("mypc").Connect("172.18.0.60" + NodePort).Peer().Should().Be(WorkerGateway, "a client on the link finds a neighbour there");
        Connection own = sim.Node(Worker).Connect("172.18.0.60" + NodePort);
        (own.Outcome, own.PeerSeenByBackend!.Value.Address.ToString()).Should().Be((Outcome.Connected, WorkerGateway));
        sim.Node(Worker).Connect(Control + NodePort).Peer().Should().Be(ControlAddress);
        sim.Client("mypc").Connect("10.66.0.60" + NodePort).Outcome.Should().NotBe(Outcome.Connected, "the client's own gateway does not know the other subnet");
    }

    [Fact]
    public void Addresses_of_another_interface_are_not_on_the_nodes_link()
    {
        Simulator sim = new KernelLab { Endpoints = [WebWorker], More = Extra("eth1=172.18.0.60/32") }.Start();
        sim.Client("mypc").Connect("172.18.0.60" + NodePort).Outcome.Should().NotBe(Outcome.Connected);
        sim.Node(Worker).Connect("172.18.0.60" + NodePort).Outcome.Should().Be(Outcome.Connected, "the node has the address");
    }

    private const string WorkerGateway = "10.10.2.1";

    private static string Extra(string addresses) => $$$"""
        {apiVersion: v1, kind: Node, metadata: {name: {{{Worker}}}, annotations: {nodeportsim.dev/extra-addresses: "{{{addresses}}}"}}, spec: {podCIDR: 10.10.2.0/24, podCIDRs: [10.10.2.0/24]},
          status: {addresses: [{type: InternalIP, address: {{{WorkerAddress}}} }, {type: Hostname, address: {{{Worker}}} }]}}
        """;

    private static IpAddr Source(string to)
    {
        var table = new RoutingTable();
        NetworkInterface eth0 = table.AddInterface("eth0"), eth1 = table.AddInterface("eth1");
        foreach (string address in (string[])["192.168.70.11/24", "192.168.70.55/24", "10.77.0.1/16", "fd70::11/64", "2001:db8::11/64", "fd70::99/64", "fd70::9a/64"]) Add(table, eth0, address);
        foreach (string address in (string[])["10.78.0.1/24", "10.78.0.9/32", "fd71::1/64", "2001:db8:1::1/64"]) Add(table, eth1, address);
        table.AddRoute(new Route(new IpCidr(IpAddr.AnyIPv4, 0), IpAddr.Parse("192.168.70.1"), eth0.Index));
        table.AddRoute(new Route(new IpCidr(IpAddr.AnyIPv6, 0), IpAddr.Parse("fd70::1"), eth0.Index));
        table.AddRoute(new Route(new IpCidr(IpAddr.Parse("fd7f::"), 16), IpAddr.Parse("fd71::2"), eth1.Index));
        var destination = IpAddr.Parse(to);
        table.TrySelectSource(table.Lookup(destination), destination, out IpAddr source).Should().BeTrue();
        return source;
    }

    private static void Add(RoutingTable table, NetworkInterface port, string address)
    {
        string[] parts = address.Split('/');
        table.AddAddress(port, new InterfaceAddress(IpAddr.Parse(parts[0]), int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), AddressScope.Global));
    }
}
