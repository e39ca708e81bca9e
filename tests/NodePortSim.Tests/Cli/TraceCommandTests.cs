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
            oak  veth1 > eth0               TCP SYN 10.44.0.250:40001 > 10.201.0.10:80  conntrack NEW
              KUBE-SERVICES[1]              > KUBE-SVC-3LY4FFOAVSJ5HBEW                 10.201.0.10:80 is the clusterIP and port of default/ledger:api
              KUBE-SVC-3LY4FFOAVSJ5HBEW[2]  > KUBE-SEP-OHBTG25BCAIJUINP                 endpoint 1 of 1 of default/ledger:api
              KUBE-SEP-OHBTG25BCAIJUINP[2]  dst 10.201.0.10:80 => 10.44.1.5:8000        the destination becomes the endpoint 10.44.1.5:8000
              route 10.44.1.0/24            eth0 via 192.168.70.12
            elm  eth0 > veth2               TCP SYN 10.44.0.250:40001 > 10.44.1.5:8000  conntrack NEW
              route 10.44.1.5/32            veth2 via 10.44.1.5
            default/p10.44.1.5  eth0 >      TCP SYN 10.44.0.250:40001 > 10.44.1.5:8000  delivered to default/p10.44.1.5
            reply                           TCP SYN,ACK 10.44.1.5:8000 > 10.44.0.250:40001, translated back on oak => 10.201.0.10:80 > 10.44.0.250:40001
            depends on  destination address and port, protocol, source address

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
            needs: an endpoint of default/svc-nodeport:svc-webport on myk8s-control-plane: they run on myk8s-worker, myk8s-worker2, myk8s-worker3
            try: send to myk8s-worker (172.18.0.5:30682)
            try: set externalTrafficPolicy: Cluster in Service default/svc-nodeport

            mypc  > eth0                            TCP SYN 172.18.0.100:40001 > 172.18.0.4:30682
            myk8s-control-plane  eth0 >             TCP SYN 172.18.0.100:40001 > 172.18.0.4:30682  conntrack NEW
              KUBE-SERVICES[2] > KUBE-NODEPORTS[2]  > KUBE-EXT-VTR7MTHHNMFZ3OFS                    dport 30682 is the nodePort of default/svc-nodeport:svc-webport
              KUBE-EXTERNAL-SERVICES[1]             DROP                                           externalTrafficPolicy: Local, and no endpoint of default/svc-nodeport:svc-webport runs on this node
              ended                                 NoLocalEndpoints
            depends on  destination address and port, protocol, source address

            """,
            ""));
    }

    [Fact]
    public void The_minimal_level_names_the_hosts_and_the_detailed_one_every_rule()
    {
        using var tool = new Tool();
        string[] args = ["trace", .. tool.Case("03-clusterip-one"), "--from", "app-oak", "--to", "10.201.0.10:80", "--source-port", "40001", "--level"];
        tool.Run([.. args, "minimal"]).Output.Should().Be(
            """
            DELIVERED to default/p10.44.1.5 (10.44.1.5:8000 on elm); it sees 10.44.0.250, the client's own address
            way default/app-oak > oak > elm > default/p10.44.1.5, and back

            """);
        tool.Run([.. args, "detailed"]).Output.Should().Contain("  nat KUBE-SEP-OHBTG25BCAIJUINP[1]  no: -s 10.44.1.5/32 ");
    }

    [Fact]
    public void Draws_are_told_with_their_probability_and_the_seed()
    {
        using var tool = new Tool();
        string text = tool.Run(["trace", .. tool.Case("01-lab-nodeport"), "--from", "mypc", "--to", "myk8s-worker:30682", "--seed", "9"]).Output;
        text.Should().MatchRegex(@"KUBE-SVC-VTR7MTHHNMFZ3OFS\[(2\] +p 1/3, drew 0\.\d\d: taken|3\] +p 1/2, drew 0\.\d\d: taken, after 1 not taken|4\] +> KUBE-SEP-\w+, after 2 not taken) ");
        text.Should().MatchRegex(@"KUBE-POSTROUTING\[3\] +src 172\.18\.0\.100:\d+ => 172\.18\.0\.5:\d+ +MASQUERADE --random-fully: the packet is marked");
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
        json.RootElement.TryGetProperty("fixes", out _).Should().BeFalse();
    }

    [Fact]
    public void JSON_of_a_drop_has_what_is_needed_and_the_fixes()
    {
        using var tool = new Tool();
        ToolResult result = tool.Run(["trace", .. tool.Case("02-lab-nodeport-local"), "--from", "mypc", "--to", "myk8s-control-plane:30682", "-o", "json"]);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        json.RootElement.GetProperty("needs").GetString().Should().StartWith("an endpoint of default/svc-nodeport:svc-webport on myk8s-control-plane: they run on ");
        json.RootElement.GetProperty("fixes").EnumerateArray().Select(static fix => fix.ToString()).Should().HaveCount(2);
        json.RootElement.GetProperty("fixes")[0].EnumerateObject().Select(static field => $"{field.Name}={field.Value}").Should().Equal(
            "kind=otherNode", "nearness=client", "try=send to myk8s-worker (172.18.0.5:30682)", "to=172.18.0.5:30682", "protocol=tcp", "probability=1");
    }

    [Fact]
    public void A_capture_is_written_beside_the_text_and_a_file_that_cannot_be_written_is_said()
    {
        using var tool = new Tool();
        string[] args = ["trace", .. tool.Case("03-clusterip-one"), "--from", "app-oak", "--to", "10.201.0.10:80", "--level", "minimal", "--pcap"];
        tool.Run([.. args, tool.Path("way.pcapng")]).Output.Should().StartWith("DELIVERED to default/p10.44.1.5 ");
        File.ReadAllBytes(tool.Path("way.pcapng"))[..4].Should().Equal(0x0A, 0x0D, 0x0D, 0x0A);
        ToolResult refused = tool.Run([.. args, tool.Path("none/way.pcapng")]);
        refused.Code.Should().Be(2);
        refused.Error.Should().Contain("none/way.pcapng");
        refused.Output.Should().BeEmpty();
    }
}
