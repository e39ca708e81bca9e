using System.Net;
using NodePortSim.Net;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Captures;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Tests.Simulation.Captures;

public class CaptureTests
{
    [Fact]
    public void The_lab_s_capture_tells_of_each_interface_what_it_saw()
    {
        SimulatedHost mypc = LabFiles.Simulator().Host("mypc");
        PcapngFile file = Read(mypc.Trace("myk8s-control-plane:30682", new ConnectOptions { SourcePort = 40001 }));
        string pod = file.Interfaces[^1].Name[..^"/eth0".Length];
        string Line(PcapngPacket packet) =>
            $"{packet.Nanoseconds - 1767225600000000000,6} {file.Interfaces[packet.Interface].Name} {(packet.IsOutbound ? "out" : "in")}  {WirePacket.Read(packet.Bytes, packet.Length).Text[2..]}";
        string text = string.Join('\n', file.Packets.Select(Line)).Replace(pod, "pod", StringComparison.Ordinal);
        text.Should().Be(
            """
                 0 mypc/eth0 out  172.18.0.100:40001 > 172.18.0.4:30682
             50000 myk8s-control-plane/eth0 in  172.18.0.100:40001 > 172.18.0.4:30682
             50000 myk8s-control-plane/eth0 out  172.18.0.4:58047 > 10.10.1.2:8080
            100000 myk8s-worker2/eth0 in  172.18.0.4:58047 > 10.10.1.2:8080
            100000 myk8s-worker2/veth1 out  172.18.0.4:58047 > 10.10.1.2:8080
            150000 pod/eth0 in  172.18.0.4:58047 > 10.10.1.2:8080
            150000 pod/eth0 out  10.10.1.2:8080 > 172.18.0.4:58047
            200000 myk8s-worker2/veth1 in  10.10.1.2:8080 > 172.18.0.4:58047
            200000 myk8s-worker2/eth0 out  10.10.1.2:8080 > 172.18.0.4:58047
            250000 myk8s-control-plane/eth0 in  10.10.1.2:8080 > 172.18.0.4:58047
            250000 myk8s-control-plane/eth0 out  172.18.0.4:30682 > 172.18.0.100:40001
            300000 mypc/eth0 in  172.18.0.4:30682 > 172.18.0.100:40001
            """);
        file.Comment.Should().StartWith("DELIVERED to default/deploy-echo-");
        file.Packets[0].Comment.Should().StartWith(file.Comment);
        file.Packets[1].Comment.Should().BeEmpty("what the control plane did is told beside what left it");
        file.Packets[2].Comment.Should().Contain("dst 172.18.0.4:30682 => 10.10.1.2:8080").And.Contain("src 172.18.0.100:40001 => 172.18.0.4:58047");
        file.Interfaces.Should().Equal(("mypc/eth0", "external client"), ("myk8s-control-plane/eth0", "node"), ("myk8s-worker2/eth0", "node"), ("myk8s-worker2/veth1", "node"), ($"{pod}/eth0", "pod"));
    }

    [Fact]
    public void A_SYN_has_the_options_that_Linux_sends_and_the_same_bytes_on_both_ends_of_a_link()
    {
        PcapngFile file = Read(LabFiles.Simulator().Host("mypc").Trace("myk8s-control-plane:30682"));
        Convert.ToHexString(WirePacket.Read(file.Packets[0].Bytes, 60).Segment[20..]).Should().Be("020405B40402080A8907800000000000" + "01030307");
        Convert.ToHexString(WirePacket.Read(file.Packets[6].Bytes, 60).Segment[20..]).Should().Be("020405B40402080A8907800089078000" + "01030307");
        for (int sent = 0; sent < file.Packets.Count; sent += 2) file.Packets[sent + 1].Bytes.Should().Equal(file.Packets[sent].Bytes);
        file.Packets.Select(static packet => WirePacket.Read(packet.Bytes, packet.Length).Ttl).Should().Equal(64, 64, 63, 63, 62, 62, 64, 64, 63, 63, 62, 62);
    }

    [Fact]
    public void A_drop_is_told_beside_the_packet_that_came()
    {
        PcapngFile file = Read(LabFiles.Local().Host("mypc").Trace("myk8s-control-plane:30682"));
        file.Packets.Should().HaveCount(2);
        file.Packets[1].Comment.Should().Contain("KUBE-EXTERNAL-SERVICES[1]: DROP").And.Contain("no endpoint of default/svc-nodeport:svc-webport runs on myk8s-control-plane");
    }

    [Fact]
    public void A_packet_that_never_left_its_host_is_not_captured_but_its_end_is_told()
    {
        Trace trace = LabFiles.Simulator().Host("myk8s-worker").Trace("172.18.0.5:30682", new ConnectOptions { Protocol = Protocol.Udp });
        var cut = trace with { Hops = [trace.Hops[0] with { OutInterface = null }] };
        PcapngFile file = Read(cut);
        file.Packets.Should().BeEmpty();
        file.Comment.Should().StartWith("REFUSED of myk8s-worker to 172.18.0.5:30682");
    }

    [Theory]
    [MemberData(nameof(CaptureCases.All), MemberType = typeof(CaptureCases))]
    public void Each_hop_s_packets_are_captured_with_its_addresses_and_right_checksums(string to, Protocol protocol)
    {
        Trace trace = CaptureCases.Trace(to, protocol);
        PcapngFile file = Read(trace);
        var expected = new List<string>();
        foreach (TraceHop hop in trace.Hops)
        {
            if (hop.InInterface is { } input) expected.Add($"{hop.Host}/{input} in {Describe(hop.Packet)}");
            if (hop.OutInterface is { } output) expected.Add($"{hop.Host}/{output} out {Describe(hop.PacketOut)}");
        }

        expected.Should().NotBeEmpty();
        file.Packets.Select(packet => $"{file.Interfaces[packet.Interface].Name} {(packet.IsOutbound ? "out" : "in")} {packet.Length} {WirePacket.Read(packet.Bytes, packet.Length).Text}").Should().Equal(expected);
        file.Packets.Select(static packet => packet.Nanoseconds).Should().BeInAscendingOrder();
    }

    [Fact]
    public void A_datagram_at_a_well_known_port_is_captured_without_its_payload()
    {
        PcapngFile file = Read(CaptureCases.Trace("n1:30053", Protocol.Udp));
        file.Packets.Select(static packet => $"{packet.Bytes.Length} of {packet.Length}").Should().Equal(
            "34 of 34", "34 of 34", "28 of 34", "28 of 34", "28 of 34", "28 of 34",
            "28 of 128", "28 of 128", "28 of 128", "28 of 128", "128 of 128", "128 of 128");
    }

    private static PcapngFile Read(Trace trace)
    {
        using var stream = new MemoryStream();
        Capture.Of(trace).WriteTo(stream);
        return PcapngReader.Read(stream.ToArray());
    }

    private static string Describe(in Packet packet) => packet.IsIcmpError
        ? $"{packet.Length} {(int)packet.Protocol} {packet.Source} > {packet.Destination} type {packet.IcmpType} code {packet.IcmpCode} about {Flow(packet.Quoted)}"
        : $"{packet.Length} {Flow(packet.Tuple)}";

    private static string Flow(in FlowTuple flow) =>
        $"{(int)flow.Protocol} {IPAddress.Parse(flow.Source.ToString())}:{flow.SourcePort} > {IPAddress.Parse(flow.Destination.ToString())}:{flow.DestinationPort}";
}
