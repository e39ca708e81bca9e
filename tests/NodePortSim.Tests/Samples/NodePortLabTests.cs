using NodePortLab;

namespace NodePortSim.Tests.Samples;

public class NodePortLabTests
{
    private static readonly Lazy<string> Output = new(Play);

    [Fact]
    public void The_lab_prints_the_same_text_every_time() => Play().Should().Be(Output.Value);

    [Fact]
    public void The_lab_shows_its_objects_as_kubectl_does()
    {
        string chapter = Chapter(1);
        chapter.Should().Contain("  deployment.apps/deploy-echo   3/3     3            3           0s    websrv       mendhak/http-https-echo   app=deploy-websrv\n");
        chapter.Should().MatchRegex(@"\n  service/svc-nodeport   NodePort   10\.200\.1\.\d+ +<none>        9000:30682/TCP   0s    app=deploy-websrv\n");
        chapter.Should().Contain("  endpoints/svc-nodeport   10.10.1.2:8080,10.10.2.2:8080,10.10.3.2:8080   0s\n");
    }

    [Theory]
    [InlineData("myk8s-control-plane", "172.18.0.4", null)]
    [InlineData("myk8s-worker", "172.18.0.5", "10.10.2.1")]
    [InlineData("myk8s-worker2", "172.18.0.2", "10.10.1.1")]
    [InlineData("myk8s-worker3", "172.18.0.3", "10.10.3.1")]
    public void Every_node_answers_from_every_pod_and_pods_see_that_node(string node, string address, string? ownPodSees)
    {
        string[] lines = After(Chapter(2), $"mypc -> {node}:30682, which is {address}:30682: 100 connected");
        lines.Sum(static line => int.Parse(line.AsSpan(0, 6), System.Globalization.CultureInfo.InvariantCulture)).Should().Be(100);
        lines.Should().HaveCount(3).And.OnlyContain(static line => line.Contains("default/deploy-echo-", StringComparison.Ordinal));
        foreach (string line in lines)
            line.Should().EndWith(line.Contains($" on {node} ", StringComparison.Ordinal) ? $" saw {ownPodSees}" : $" saw {address}");
    }

    [Fact]
    public void The_cluster_IP_is_for_the_inside()
    {
        string chapter = Chapter(3);
        chapter.Should().MatchRegex(@"\nmyk8s-control-plane -> service/default/svc-nodeport:9000, which is 10\.200\.1\.\d+:9000: 100 connected\n");
        chapter.Should().MatchRegex(@"\nmypc -> service/default/svc-nodeport:9000, which is 10\.200\.1\.\d+:9000: 1 unreachable\n  why:   .*\(NoRoute\)\n");
    }

    [Fact]
    public void The_ingress_node_shows_translations_and_counts_every_connection_once()
    {
        string chapter = Chapter(4);
        After(chapter, "  $ conntrack -L --any-nat").Should().HaveCount(3).And.OnlyContain(static line =>
            line.StartsWith("  tcp      6 ", StringComparison.Ordinal)
            && line.Contains(" src=172.18.0.100 dst=172.18.0.4 ", StringComparison.Ordinal)
            && line.Contains(" dport=30682 src=10.10.", StringComparison.Ordinal)
            && line.EndsWith(" [ASSURED] mark=0 use=1", StringComparison.Ordinal));
        chapter.Should().MatchRegex(@"\n    100  6000 KUBE-EXT-VTR7MTHHNMFZ3OFS .* tcp dpt:30682\n");
        chapter.Should().MatchRegex(@"\n    100  6000 MASQUERADE .*random-fully\n");
        After(chapter, "  $ iptables -v -n -t nat -L KUBE-SVC-VTR7MTHHNMFZ3OFS")[3..]
            .Sum(static line => int.Parse(line.AsSpan(0, 7), System.Globalization.CultureInfo.InvariantCulture))
            .Should().Be(100);
        After(chapter, "  $ nfacct list").Should().HaveCount(2);
        string[] nodes = ["myk8s-control-plane", "myk8s-worker", "myk8s-worker2", "myk8s-worker3"];
        nodes.Select(node => string.Join('\n', After(chapter, $"  $ ssh {node} iptables -t nat -S KUBE-NODEPORTS"))).Distinct().Should().ContainSingle()
            .Which.Should().EndWith("--dport 30682 -j KUBE-EXT-VTR7MTHHNMFZ3OFS");
        chapter.Should().Contain("\n  DELIVERED to default/deploy-echo-").And.Contain("mark 0x4000");
    }

    [Fact]
    public void With_policy_Local_nodes_without_a_pod_drop_and_others_keep_the_client_address()
    {
        string chapter = Chapter(5);
        int connected = 0;
        foreach (string node in (string[])["myk8s-control-plane", "myk8s-worker", "myk8s-worker2", "myk8s-worker3"])
        {
            string heading = chapter.Split('\n').Single(line => line.StartsWith($"mypc -> {node}:30682, ", StringComparison.Ordinal));
            string[] lines = After(chapter, heading);
            string[] chain = After(chapter, $"  $ ssh {node} iptables -t nat -S | grep KUBE-SVL");
            if (heading.EndsWith(": 100 connected", StringComparison.Ordinal))
            {
                connected++;
                lines.Should().ContainSingle().Which.Should().Contain($" on {node} ").And.EndWith(" saw 172.18.0.100");
                chain.Should().HaveCount(3);
            }
            else
            {
                heading.Should().EndWith(": 100 timeout");
                lines.Should().Equal(
                    $"  why:   no endpoint of default/svc-nodeport:svc-webport runs on {node}, and externalTrafficPolicy is Local (NoLocalEndpoints)",
                    $"  where: {node}, table filter, chain KUBE-EXTERNAL-SERVICES",
                    "  rule:  -p tcp -m comment --comment \"default/svc-nodeport:svc-webport has no local endpoints\" -m addrtype --dst-type LOCAL -m tcp --dport 30682 -j DROP");
                chain.Should().BeEmpty();
            }
        }

        connected.Should().Be(2);
    }

    [Fact]
    public void After_the_end_no_rule_is_left_and_connections_are_refused()
    {
        string chapter = Chapter(6);
        chapter.Split('\n').Where(static line => line.StartsWith("  $ ssh ", StringComparison.Ordinal)).Should().HaveCount(4)
            .And.OnlyContain(line => After(chapter, line).Single() == "  0");
        chapter.Should().EndWith("""

            mypc -> myk8s-control-plane:30682, which is 172.18.0.4:30682: 1 refused
              why:   nothing listens on port 30682/tcp of myk8s-control-plane (PortClosed)
              where: myk8s-control-plane

            """);
    }

    private static string Play()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        new Lab(Path.Combine(AppContext.BaseDirectory, "samples", "nodeport-lab"), new LabPage(writer, colour: false)).Play();
        return writer.ToString();
    }

    private static string Chapter(int number)
    {
        string text = Output.Value;
        int start = text.IndexOf($"{number}. ", StringComparison.Ordinal);
        int end = text.IndexOf($"\n\n{number + 1}. ", StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..(end + 1)];
    }

    /// <summary>The lines behind one, up to an empty line or the end.</summary>
    private static string[] After(string text, string line)
    {
        string[] lines = text.Split('\n');
        int index = Array.IndexOf(lines, line);
        index.Should().BeGreaterThanOrEqualTo(0, "the lab prints \"{0}\"", line);
        return [.. lines[(index + 1)..].TakeWhile(static next => next.Length > 0)];
    }
}
