using System.Text.Json;

namespace NodePortSim.Tests.Cli;

public class TraceCommandTests
{
    [Fact]
    public void A_delivered_packet_is_followed_there_and_back()
    {
        using var tool = new Tool();
        tool.Run(["trace", .. tool.Case("03-clusterip-one"), "--from", "app-oak", "--to", "service/default/ledger:80", "--source-port", "40001"]).Should().Be(new ToolResult(
            0,
            """
            DELIVERED to default/p10.44.1.5 (10.44.1.5:8000 on elm); it sees 10.44.0.250:40001, the client's own address

            default/app-oak  > eth0         TCP SYN 10.44.0.250:40001 > 10.201.0.10:80
              route                         eth0 via 10.44.0.1
            oak  veth1 > eth0               TCP SYN 10.44.0.250:40001 > 10.201.0.10:80      conntrack NEW
              KUBE-SERVICES[1]              > KUBE-SVC-3LY4FFOAVSJ5HBEW                     the destination is the cluster IP and port of default/ledger:api
              KUBE-SVC-3LY4FFOAVSJ5HBEW[2]  > KUBE-SEP-OHBTG25BCAIJUINP                     an endpoint of default/ledger:api: 10.44.1.5:8000
              KUBE-SEP-OHBTG25BCAIJUINP[2]  dst 10.201.0.10:80 => 10.44.1.5:8000            the destination becomes the endpoint 10.44.1.5:8000
              route                         eth0 via 192.168.70.12
              KUBE-POSTROUTING[1]           RETURN                                          marked packets are masqueraded, others leave as they are
            elm  eth0 > veth2               TCP SYN 10.44.0.250:40001 > 10.44.1.5:8000      conntrack NEW
              route                         veth2 via 10.44.1.5
              KUBE-POSTROUTING[1]           RETURN                                          marked packets are masqueraded, others leave as they are
            default/p10.44.1.5  eth0 >      TCP SYN 10.44.0.250:40001 > 10.44.1.5:8000
              delivered                     to default/p10.44.1.5
            answer
            default/p10.44.1.5  > eth0      TCP SYN,ACK 10.44.1.5:8000 > 10.44.0.250:40001
              route                         eth0 via 10.44.1.1
            elm  veth2 > eth0               TCP SYN,ACK 10.44.1.5:8000 > 10.44.0.250:40001  conntrack ESTABLISHED
              route                         eth0 via 192.168.70.11
              KUBE-FORWARD[3]               ACCEPT                                          the packet belongs to a known connection, which may be forwarded
            oak  eth0 > veth1               TCP SYN,ACK 10.44.1.5:8000 > 10.44.0.250:40001  conntrack ESTABLISHED
              route                         veth1 via 10.44.0.250
              KUBE-FORWARD[3]               ACCEPT                                          the packet belongs to a known connection, which may be forwarded
              un-DNAT                       src 10.44.1.5:8000 => 10.201.0.10:80
            default/app-oak  eth0 >         TCP SYN,ACK 10.201.0.10:80 > 10.44.0.250:40001
              delivered                     to socket
            depends on  destination address and port, protocol

            """,
            ""));
    }

    [Fact]
    public void A_dropped_packet_says_where_and_why()
    {
        using var tool = new Tool();
        tool.Run(["trace", .. tool.Case("02-lab-nodeport-local"), "--from", "mypc", "--to", "myk8s-control-plane:30682", "--source-port", "40001"]).Should().Be(new ToolResult(
            0,
            """
            TIMEOUT of mypc to 172.18.0.4:30682: no endpoint of default/svc-nodeport:svc-webport runs on myk8s-control-plane, and externalTrafficPolicy is Local (NoLocalEndpoints)
            at myk8s-control-plane: filter KUBE-EXTERNAL-SERVICES: -p tcp -m comment --comment "default/svc-nodeport:svc-webport has no local endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30682 -j DROP

            mypc  > eth0                            TCP SYN 172.18.0.100:40001 > 172.18.0.4:30682
              route                                 eth0 via 172.18.0.4
            myk8s-control-plane  eth0 >             TCP SYN 172.18.0.100:40001 > 172.18.0.4:30682  conntrack NEW
              KUBE-SERVICES[2] > KUBE-NODEPORTS[2]  > KUBE-EXT-VTR7MTHHNMFZ3OFS                    the destination port is the nodePort of default/svc-nodeport:svc-webport
              KUBE-EXTERNAL-SERVICES[1]             DROP                                           no endpoint of default/svc-nodeport:svc-webport runs on this node, and the traffic policy is Local
              ended                                 NoLocalEndpoints                               no endpoint of default/svc-nodeport:svc-webport runs on myk8s-control-plane, and externalTrafficPolicy is Local
            depends on  destination port, protocol, destination being an address of the node

            """,
            ""));
    }

    [Fact]
    public void Minimal_detail_names_the_hosts_and_full_detail_every_rule()
    {
        using var tool = new Tool();
        string[] args = ["trace", .. tool.Case("03-clusterip-one"), "--from", "app-oak", "--to", "10.201.0.10:80", "--source-port", "40001", "--detail"];
        tool.Run([.. args, "minimal"]).Output.Should().Be(
            """
            DELIVERED to default/p10.44.1.5 (10.44.1.5:8000 on elm); it sees 10.44.0.250:40001, the client's own address
            there  default/app-oak > oak > elm > default/p10.44.1.5
            back   default/p10.44.1.5 > elm > oak > default/app-oak

            """);
        tool.Run([.. args, "full"]).Output.Should().Contain("  nat KUBE-SEP-OHBTG25BCAIJUINP[1]  no: -s 10.44.1.5/32 ");
    }

    [Fact]
    public void Draws_are_told_with_their_probability_and_the_seed()
    {
        using var tool = new Tool();
        string text = tool.Run(["trace", .. tool.Case("01-lab-nodeport"), "--from", "mypc", "--to", "myk8s-worker:30682", "--seed", "9"]).Output;
        text.Should().MatchRegex(@"KUBE-SVC-VTR7MTHHNMFZ3OFS\[(2\] +p 1/3, drew 0\.\d\d: taken|3\] +p 1/2, drew 0\.\d\d: taken, after 1 not taken|4\] +> KUBE-SEP-\w+, after 2 not taken) ");
        text.Should().MatchRegex(@"KUBE-POSTROUTING\[3\] +src 172\.18\.0\.100:\d+ => 172\.18\.0\.5:\d+ +marked packets are masqueraded");
        text.Should().EndWith("(source port), seed 9\n");
    }

    [Fact]
    public void JSON_has_every_rule_that_was_tried()
    {
        using var tool = new Tool();
        ToolResult result = tool.Run(["trace", .. tool.Case("03-clusterip-one"), "--from", "app-oak", "--to", "10.201.0.10:80", "--source-port", "40001", "-o", "json"]);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement hops = json.RootElement.GetProperty("hops");
        hops.EnumerateArray().Select(static hop => $"{hop.GetProperty("direction")} {hop.GetProperty("host")}").Should().Equal(
            "there default/app-oak", "there oak", "there elm", "there default/p10.44.1.5", "back default/p10.44.1.5", "back elm", "back oak", "back default/app-oak");
        JsonElement tried = hops[1].GetProperty("steps").EnumerateArray().First(static step =>
            step.GetProperty("step").GetString() == "rule" && !step.GetProperty("matched").GetBoolean() && step.GetProperty("chain").GetString()!.StartsWith("KUBE-SEP", StringComparison.Ordinal));
        tried.GetRawText().Should().Contain("\"failedMatch\": \"-s 10.44.1.5/32\"").And.Contain("\"number\": 1");
        json.RootElement.GetProperty("connection").GetProperty("outcome").GetString().Should().Be("connected");
    }

    [Fact]
    public void A_capture_is_written_beside_the_text_and_a_file_that_cannot_be_written_is_said()
    {
        using var tool = new Tool();
        string[] args = ["trace", .. tool.Case("03-clusterip-one"), "--from", "app-oak", "--to", "10.201.0.10:80", "--detail", "minimal", "--pcap"];
        tool.Run([.. args, tool.Path("way.pcapng")]).Output.Should().StartWith("DELIVERED to default/p10.44.1.5 ");
        File.ReadAllBytes(tool.Path("way.pcapng"))[..4].Should().Equal(0x0A, 0x0D, 0x0D, 0x0A);
        ToolResult refused = tool.Run([.. args, tool.Path("none/way.pcapng")]);
        refused.Code.Should().Be(2);
        refused.Error.Should().Contain("none/way.pcapng");
        refused.Output.Should().BeEmpty();
    }
}
