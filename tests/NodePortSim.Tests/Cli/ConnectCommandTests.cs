namespace NodePortSim.Tests.Cli;

public class ConnectCommandTests
{
    [Fact]
    public void A_connection_is_printed_as_JSON_with_the_fields_of_the_contract_in_order()
    {
        using var tool = new Tool();
        tool.Run(["connect", .. tool.Case("03-clusterip-one"), "--from", "app-oak", "--to", "service/default/ledger:80", "--source-port", "40001", "-o", "json"]).Should().Be(new ToolResult(
            0,
            """
            {
              "from": "app-oak",
              "to": "service/default/ledger:80",
              "protocol": "tcp",
              "seed": 0,
              "connections": [
                {
                  "outcome": "connected",
                  "sourcePort": 40001,
                  "backend": "10.44.1.5:8000",
                  "pod": "default/p10.44.1.5",
                  "node": "elm",
                  "ingressNode": "oak",
                  "peerSeenByBackend": "10.44.0.250:40001"
                }
              ],
              "distribution": [
                {
                  "pod": "default/p10.44.1.5",
                  "backend": "10.44.1.5:8000",
                  "count": 1
                }
              ]
            }

            """,
            ""));
    }

    [Fact]
    public void A_failure_is_printed_as_JSON_with_its_reason_and_place()
    {
        using var tool = new Tool();
        tool.Run(["connect", .. tool.Case("02-lab-nodeport-local"), "--from", "mypc", "--to", "myk8s-control-plane:30682", "--source-port", "40001", "--seed", "3", "-o", "json"]).Should().Be(new ToolResult(
            0,
            """
            {
              "from": "mypc",
              "to": "myk8s-control-plane:30682",
              "protocol": "tcp",
              "seed": 3,
              "connections": [
                {
                  "outcome": "timeout",
                  "sourcePort": 40001,
                  "ingressNode": "myk8s-control-plane",
                  "reason": "NoLocalEndpoints",
                  "explanation": "no endpoint of default/svc-nodeport:svc-webport runs on myk8s-control-plane, and externalTrafficPolicy is Local",
                  "at": {
                    "host": "myk8s-control-plane",
                    "table": "filter",
                    "chain": "KUBE-EXTERNAL-SERVICES",
                    "rule": "-p tcp -m comment --comment \"default/svc-nodeport:svc-webport has no local endpoints\" -m addrtype --dst-type LOCAL -m tcp --dport 30682 -j DROP"
                  }
                }
              ],
              "distribution": []
            }

            """,
            ""));
    }

    [Fact]
    public void A_failure_is_told_with_its_place_and_fail_makes_the_exit_code_1()
    {
        using var tool = new Tool();
        string[] args = ["connect", .. tool.Case("02-lab-nodeport-local"), "--from", "mypc", "--to", "myk8s-control-plane:30682", "--count", "12"];
        const string Text =
            """
            timeout      12 of 12  NoLocalEndpoints: no endpoint of default/svc-nodeport:svc-webport runs on myk8s-control-plane, and externalTrafficPolicy is Local
                                   myk8s-control-plane: filter KUBE-EXTERNAL-SERVICES: -p tcp -m comment --comment "default/svc-nodeport:svc-webport has no local endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30682 -j DROP

            """;
        const string Trace = """

            TIMEOUT of mypc to 172.18.0.4:30682: no endpoint of default/svc-nodeport:svc-webport runs on myk8s-control-plane, and externalTrafficPolicy is Local (NoLocalEndpoints)
            at myk8s-control-plane: filter KUBE-EXTERNAL-SERVICES: -p tcp -m comment --comment "default/svc-nodeport:svc-webport has no local endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30682 -j DROP
            way mypc > myk8s-control-plane

            """;
        tool.Run(args).Should().Be(new ToolResult(0, Text, ""));
        tool.Run([.. args, "--fail"]).Should().Be(new ToolResult(1, Text + Trace, ""));
    }

    [Fact]
    public void A_few_connections_are_listed_one_by_one_and_summed_up()
    {
        using var tool = new Tool();
        ToolResult result = tool.Run(["connect", .. tool.Case("03-clusterip-one"), "--from", "app-oak", "--to", "service/default/ledger:80", "--count", "2", "--fail"]);
        result.Code.Should().Be(0);
        string[] lines = result.Output.Split('\n');
        lines.Should().HaveCount(5);
        lines[0].Should().MatchRegex(@"^connected    default/app-oak:\d+ > 10\.201\.0\.10:80  default/p10\.44\.1\.5 \(10\.44\.1\.5:8000 on elm\) saw 10\.44\.0\.250:\d+$");
        lines[2..].Should().Equal("", "connected    2 of 2  default/p10.44.1.5 (10.44.1.5:8000 on elm) saw 10.44.0.250", "");
    }

    [Fact]
    public void Equal_seeds_give_equal_output_and_other_seeds_another()
    {
        using var tool = new Tool();
        string[] args = ["connect", .. tool.Case("01-lab-nodeport"), "--from", "mypc", "--to", "myk8s-worker:30682", "--count", "20", "-o", "json", "--seed"];
        tool.Run([.. args, "5"]).Should().Be(tool.Run([.. args, "5"]));
        tool.Run([.. args, "5"]).Output.Should().NotBe(tool.Run([.. args, "6"]).Output.Replace("\"seed\": 6", "\"seed\": 5", StringComparison.Ordinal));
    }

    [Fact]
    public void Manifests_are_read_from_standard_input()
    {
        using var tool = new Tool();
        string[] args = tool.Case("03-clusterip-one");
        string input = File.ReadAllText(tool.Path("cluster.yaml"));
        tool.RunWith(input, ["connect", "-f", "-", "-f", args[3], "--from", "oak", "--to", "10.201.0.10:80", "--fail"]).Code.Should().Be(0);
    }

    [Theory]
    [InlineData("nobody", "1.2.3.4:5", "no external client, node or pod is named \"nobody\"\n")]
    [InlineData("mypc", "nowhere", "\"nowhere\" is not ADDRESS:PORT, [IPV6]:PORT, NODE:PORT or service/NAMESPACE/NAME:PORT\n")]
    [InlineData("mypc", "pine:80", "nodes \"pine\" not found\n")]
    [InlineData("mypc", "service/default/none:80", "services \"default/none\" not found\n")]
    public void Hosts_and_targets_that_do_not_exist_are_named(string from, string to, string problem)
    {
        using var tool = new Tool();
        tool.Run(["connect", .. tool.Case("03-clusterip-one"), "--from", from, "--to", to]).Should().Be(new ToolResult(2, "", problem));
    }
}
