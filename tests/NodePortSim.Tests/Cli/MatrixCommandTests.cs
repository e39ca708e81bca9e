using System.Text.Json;
using NodePortSim.Tests.Simulation;

namespace NodePortSim.Tests.Cli;

public class MatrixCommandTests
{
    [Fact]
    public void Every_client_of_a_node_port_is_listed_with_shares_backends_and_the_address_seen()
    {
        ToolResult result = Run();
        result.Code.Should().Be(0);
        result.Error.Should().BeEmpty();
        result.Output.Split("\n\n").Single(static part => part.Contains("172.18.0.5:30682", StringComparison.Ordinal)).Should().Be(
            """
            default/svc-nodeport:svc-webport (tcp)  nodePort 172.18.0.5:30682 of myk8s-worker
              mypc                                          connected    33.3%  default/deploy-echo-6d8d7cd78b-62h7r (10.10.1.2:8080 on myk8s-worker2) sees 172.18.0.5
                                                            connected    33.3%  default/deploy-echo-6d8d7cd78b-bg96x (10.10.2.2:8080 on myk8s-worker) sees 10.10.2.1
                                                            connected    33.3%  default/deploy-echo-6d8d7cd78b-v65n6 (10.10.3.2:8080 on myk8s-worker3) sees 172.18.0.5
              myk8s-worker itself                           connected    33.3%  default/deploy-echo-6d8d7cd78b-62h7r (10.10.1.2:8080 on myk8s-worker2) sees 172.18.0.5, the client
                                                            connected    33.3%  default/deploy-echo-6d8d7cd78b-bg96x (10.10.2.2:8080 on myk8s-worker) sees 10.10.2.1
                                                            connected    33.3%  default/deploy-echo-6d8d7cd78b-v65n6 (10.10.3.2:8080 on myk8s-worker3) sees 172.18.0.5, the client
              myk8s-worker2                                 connected    33.3%  default/deploy-echo-6d8d7cd78b-62h7r (10.10.1.2:8080 on myk8s-worker2) sees 172.18.0.5
                                                            connected    33.3%  default/deploy-echo-6d8d7cd78b-bg96x (10.10.2.2:8080 on myk8s-worker) sees 10.10.2.1
                                                            connected    33.3%  default/deploy-echo-6d8d7cd78b-v65n6 (10.10.3.2:8080 on myk8s-worker3) sees 172.18.0.5
              a pod on myk8s-worker                         connected    33.3%  default/deploy-echo-6d8d7cd78b-62h7r (10.10.1.2:8080 on myk8s-worker2) sees 172.18.0.5
                                                            connected    33.3%  default/deploy-echo-6d8d7cd78b-bg96x (10.10.2.2:8080 on myk8s-worker) sees 10.10.2.1
                                                            connected    33.3%  default/deploy-echo-6d8d7cd78b-v65n6 (10.10.3.2:8080 on myk8s-worker3) sees 172.18.0.5
              a pod on myk8s-worker2                        connected    33.3%  default/deploy-echo-6d8d7cd78b-62h7r (10.10.1.2:8080 on myk8s-worker2) sees 172.18.0.5
                                                            connected    33.3%  default/deploy-echo-6d8d7cd78b-bg96x (10.10.2.2:8080 on myk8s-worker) sees 10.10.2.1
                                                            connected    33.3%  default/deploy-echo-6d8d7cd78b-v65n6 (10.10.3.2:8080 on myk8s-worker3) sees 172.18.0.5
              backend default/deploy-echo-6d8d7cd78b-bg96x  connected    33.3%  default/deploy-echo-6d8d7cd78b-62h7r (10.10.1.2:8080 on myk8s-worker2) sees 172.18.0.5
                                                            connected    33.3%  default/deploy-echo-6d8d7cd78b-bg96x (10.10.2.2:8080 on myk8s-worker) sees 10.10.2.1
                                                            connected    33.3%  default/deploy-echo-6d8d7cd78b-v65n6 (10.10.3.2:8080 on myk8s-worker3) sees 172.18.0.5
            """);
    }

    [Fact]
    public void Json_has_the_exact_probabilities()
    {
        using var json = JsonDocument.Parse(Run("-o", "json").Output);
        JsonElement flow = json.RootElement.GetProperty("flows").EnumerateArray().First(static flow => flow.GetProperty("to").GetString() == "172.18.0.4:30682");
        flow.GetProperty("servicePort").GetString().Should().Be("default/svc-nodeport:svc-webport");
        flow.GetProperty("client").GetString().Should().Be("external");
        flow.GetProperty("outcomes").EnumerateArray().Select(static outcome => outcome.GetProperty("probability").GetDouble()).Sum().Should().Be(1);
        flow.GetProperty("outcomes")[0].GetProperty("probability").GetDouble().Should().Be(715827883 / 2147483648.0);
    }

    [Fact]
    public void Markdown_has_a_row_for_each_flow()
    {
        string[] lines = Run("-o", "markdown").Output.Split('\n');
        lines[..5].Should().Equal(
            "### default/svc-nodeport:svc-webport (tcp)",
            "",
            "| target | client | outcome | backend, or why not | source address seen |",
            "|---|---|---|---|---|",
            "| clusterIP 10.200.1.19:9000 | mypc | unreachable 100% | NoRoute: the gateway of the nodes' network has no route to 10.200.1.19: pod and service addresses exist inside the cluster only |  |");
        // The cluster IP: the client, 4 nodes, 4 pods, 3 backends. Node ports: 5 kinds of clients on 4 nodes, 3 backends.
        lines.Should().HaveCount(4 + (1 + 4 + 4 + 3) + (5 * 4 + 3) + 1);
    }

    private static ToolResult Run(params string[] args)
    {
        using var tool = new Tool();
        return tool.Run(["matrix", "-f", LabFiles.Path("cluster.yaml"), "-f", LabFiles.Path("echo-deploy.yaml"), "-f", LabFiles.Path("svc-nodeport.yaml"), .. args]);
    }
}
