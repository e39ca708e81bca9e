using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.Manifests;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.Tests.Fuzzing;

/// <summary>What the fuzz program once found, each in its smallest form.</summary>
public class FoundByFuzzingTests
{
    [Theory]
    [InlineData("*filter\n[1:2]\nCOMMIT\n", "x:2:6: line 2 failed")]
    [InlineData("*filter\n\"\nCOMMIT\n", "x:2:1: unterminated quote")]
    [InlineData("*filter\n:A - [0:0]\n-A A -j INPUT\nCOMMIT\n", "x:4:1: RULE_APPEND failed (Operation not supported): rule in chain A")]
    [InlineData("*nat\nCOMMIT\n*filter\n-X A\nCOMMIT\n", "x:5:1: No chain/target/match by that name.")]
    [InlineData("*filter\n-A \"A B\" -j DROP\nCOMMIT\n", "x:2:4: Invalid chain name `A B'")]
    [InlineData("*filter\n-A INPUT -j \"A B\"\nCOMMIT\n", "x:2:13: Invalid target name `A B'")]
    [InlineData("*filter\n-A INPUT -m recent --set --name \"A B\"\nCOMMIT\n", "x:2:33: Invalid list name `A B'")]
    public void A_text_of_rules_that_is_wrong_is_refused_with_a_place(string text, string error)
    {
        Action read = () => SaveReader.Read(text, IpFamily.IPv4, "x");
        read.Should().Throw<IptablesTextException>().Which.Errors.Should().ContainSingle().Which.ToString().Should().Be(error);
    }

    [Fact]
    public void A_comment_with_a_tab_is_quoted_for_iptables_restore()
    {
        Rule rule = RestoreReader.ReadRule("-m comment --comment \"a\tb\" -j DROP", IpFamily.IPv4);
        RestoreReader.ReadRule(RestoreWriter.Write(rule, IpFamily.IPv4), IpFamily.IPv4).Should().Be(rule);
    }

    [Fact]
    public void A_sysctl_that_is_not_a_number_is_refused_and_one_that_the_simulation_does_not_know_is_not()
    {
        var simulator = new Simulator();
        ManifestResult applied = simulator.Apply(ManifestReader.ReadText(
            """
            apiVersion: nodeportsim.dev/v1alpha1
            kind: Network
            metadata: {name: default}
            spec: {sysctls: {net.ipv4.icmp_ratelimit: 1s, net.ipv4.ip_local_port_range: 1024 65535}}
            """));
        applied.Diagnostics.Should().ContainSingle().Which.Message.Should().Be("Invalid value: \"1s\": must be a whole number");
    }

    [Fact]
    public void Two_servers_on_one_node_do_not_answer_each_other_for_ever()
    {
        var simulator = new Simulator();
        simulator.Apply(ManifestReader.ReadText(
            """
            {apiVersion: v1, kind: Node, metadata: {name: oak}, status: {addresses: [{type: InternalIP, address: 192.168.70.11}]}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: server}
            spec: {nodeName: oak, hostNetwork: true, containers: [{name: c, image: i, ports: [{containerPort: 8080, protocol: UDP}]}]}
            status: {phase: Running, podIP: 192.168.70.11}
            ---
            {apiVersion: v1, kind: Node, metadata: {name: elm}, status: {addresses: [{type: InternalIP, address: 192.168.70.12}]}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: other}
            spec: {nodeName: elm, hostNetwork: true, containers: [{name: c, image: i, ports: [{containerPort: 8080, protocol: UDP}]}]}
            status: {phase: Running, podIP: 192.168.70.12}
            """)).ThrowIfErrors();

        // The client gives up before the answer is there, which then finds the server on the client's port.
        var options = new ConnectOptions { Protocol = Protocol.Udp, SourcePort = 8080, Timeout = TimeSpan.FromMicroseconds(60) };
        simulator.Host("oak").Connect("192.168.70.12:8080", options).Outcome.Should().Be(Outcome.Timeout);
        simulator.Host("oak").Connect("192.168.70.12:8080", options with { Timeout = TimeSpan.FromSeconds(1) }).Outcome.Should().Be(Outcome.Connected);
    }
}
