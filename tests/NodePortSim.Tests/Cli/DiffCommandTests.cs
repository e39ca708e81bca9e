using System.Text.Json;
using NodePortSim.Tests.Simulation;

namespace NodePortSim.Tests.Cli;

public class DiffCommandTests
{
    [Fact]
    public void Equal_directories_have_no_difference_and_exit_code_0()
    {
        using var tool = new Tool();
        tool.Run("diff", Cluster(tool), Cluster(tool, "again")).Should().Be(new ToolResult(0, "no difference\n", ""));
        tool.Run("diff", Cluster(tool), Cluster(tool, "again"), "-o", "markdown").Should().Be(new ToolResult(0, "No difference.\n", ""));
    }

    [Fact]
    public void Cluster_and_Local_differ_in_19_flows_and_the_exit_code_is_1()
    {
        using var tool = new Tool();
        ToolResult result = tool.Run("diff", Cluster(tool), Local(tool));
        result.Code.Should().Be(1);
        result.Error.Should().BeEmpty();
        result.Output.Should().StartWith(
            """
            19 flows fare differently; rules differ on 4 nodes

            default/svc-nodeport:svc-webport (tcp)  nodePort 172.18.0.4:30682 of myk8s-control-plane  from mypc
              - connected    33.3%  default/deploy-echo-6d8d7cd78b-62h7r (10.10.1.2:8080 on myk8s-worker2) sees 172.18.0.4
              - connected    33.3%  default/deploy-echo-6d8d7cd78b-bg96x (10.10.2.2:8080 on myk8s-worker) sees 172.18.0.4
              - connected    33.3%  default/deploy-echo-6d8d7cd78b-v65n6 (10.10.3.2:8080 on myk8s-worker3) sees 172.18.0.4
              + timeout       100%  NoLocalEndpoints: no endpoint of default/svc-nodeport:svc-webport runs on myk8s-control-plane, and externalTrafficPolicy is Local
                before  DELIVERED to default/deploy-echo-6d8d7cd78b-62h7r (10.10.1.2:8080 on myk8s-worker2); it sees 172.18.0.4, not the client
                        way mypc > myk8s-control-plane > myk8s-worker2 > default/deploy-echo-6d8d7cd78b-62h7r, and back
            """);
        result.Output.Should().Contain(
            """
                after   TIMEOUT of mypc to 172.18.0.4:30682: no endpoint of default/svc-nodeport:svc-webport runs on myk8s-control-plane, and externalTrafficPolicy is Local (NoLocalEndpoints)
            """);
        result.Output.Should().Contain(
            """

            iptables filter of myk8s-control-plane
              + -A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "default/svc-nodeport:svc-webport has no local endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30682 -j DROP

            iptables nat of myk8s-control-plane
              - -A KUBE-EXT-VTR7MTHHNMFZ3OFS -m comment --comment "masquerade traffic for default/svc-nodeport:svc-webport external destinations" -j KUBE-MARK-MASQ

            """);
    }

    [Fact]
    public void Json_and_Markdown_list_the_same_flows()
    {
        using var tool = new Tool();
        ToolResult json = tool.Run("diff", Cluster(tool), Local(tool), "-o", "json");
        json.Code.Should().Be(1);
        using var document = JsonDocument.Parse(json.Output);
        JsonElement first = document.RootElement.GetProperty("flows")[0];
        document.RootElement.GetProperty("flows").GetArrayLength().Should().Be(19);
        first.GetProperty("before").GetProperty("outcomes").GetArrayLength().Should().Be(3);
        first.GetProperty("after").GetProperty("outcomes")[0].GetProperty("reason").GetString().Should().Be("NoLocalEndpoints");
        document.RootElement.GetProperty("rules").GetArrayLength().Should().Be(5);

        ToolResult markdown = tool.Run("diff", Cluster(tool), Local(tool), "-o", "markdown");
        markdown.Code.Should().Be(1);
        markdown.Output.Split('\n').Count(static line => line.StartsWith("| default/", StringComparison.Ordinal)).Should().Be(19);
    }

    [Fact]
    public void Errors_of_either_side_are_named()
    {
        using var tool = new Tool();
        tool.Run("diff", Cluster(tool), tool.Path("nowhere")).Code.Should().Be(2);
    }

    private static string Cluster(Tool tool, string name = "cluster") => Copy(tool, name, static text => text);

    private static string Local(Tool tool) =>
        Copy(tool, "local", static text => text.Replace("  type: NodePort\n", "  type: NodePort\n  externalTrafficPolicy: Local\n", StringComparison.Ordinal));

    private static string Copy(Tool tool, string name, Func<string, string> change)
    {
        string directory = tool.Path(name);
        Directory.CreateDirectory(directory);
        foreach (string file in (string[])["cluster.yaml", "echo-deploy.yaml", "svc-nodeport.yaml"])
            File.WriteAllText(Path.Combine(directory, file), change(File.ReadAllText(LabFiles.Path(file))));
        return directory;
    }
}
