using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;
using NodePortSim.Tests.Conformance;

namespace NodePortSim.Tests.KubeProxy;

public class ConformanceTests
{
    public static TheoryData<string> Cases => ConformanceCases.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rules_equal_the_recorded_ones_byte_for_byte(string name)
    {
        ConformanceCase recorded = ConformanceCases.Of(name);
        foreach (KubeProxyLevel level in recorded.Levels)
        {
            Dictionary<string, string> written = Write(recorded, level);
            foreach (RecordedRules file in recorded.Rules(level))
            {
                string got = written[$"{file.Node}.v{(int)file.Family}.{file.Kind}"];
                Normalised(got, file).Should().Be(Normalised(file.Text, file), "{0} of {1} at level {2}", file.Kind, file.Node, level);
            }
        }
    }

    [Fact]
    public void All_78_cases_and_their_1124_files_are_there()
    {
        ConformanceCases.All.Should().HaveCount(78);
        ConformanceCases.All.Sum(static c => c.Levels.Sum(level => c.Rules(level).Count())).Should().Be(1124);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Applying_the_restore_text_gives_the_rules(string name)
    {
        ConformanceCase recorded = ConformanceCases.Of(name);
        ClusterState[] states = [.. recorded.States.Select(ConformanceCase.Parse)];
        foreach (Node node in states[0].Nodes)
        {
            foreach (IpFamily family in (IpFamily[])[IpFamily.IPv4, IpFamily.IPv6])
            {
                var proxy = new NodeProxy(family, KubeProxyOptions.From(states[0].Configuration), NodeInfo.From(node));
                RuleSet? before = null;
                foreach (ClusterState state in states)
                {
                    SyncResult sync = proxy.Sync(state.Services, state.Slices);
                    if (before is not null) SaveWriter.Write(before.Apply(sync.Restore).Rules).Should().Be(SaveWriter.Write(sync.Rules));
                    SaveWriter.Write(sync.Rules.Apply(sync.Restore).Rules).Should().Be(SaveWriter.Write(sync.Rules));
                    before = sync.Rules;
                }
            }
        }
    }

    /// <summary>Writes all files of a case as the command line's <c>rules --out</c> would.</summary>
    private static Dictionary<string, string> Write(ConformanceCase recorded, KubeProxyLevel level)
    {
        var written = new Dictionary<string, string>();
        ClusterState[] states = [.. recorded.States.Select(ConformanceCase.Parse)];
        KubeProxyOptions options = KubeProxyOptions.From(states[0].Configuration, level);
        NodeProxy[] proxies =
        [
            .. states[0].Nodes.SelectMany(node => (NodeProxy[])
            [
                new NodeProxy(IpFamily.IPv4, options, NodeInfo.From(node)),
                new NodeProxy(IpFamily.IPv6, options, NodeInfo.From(node)),
            ]),
        ];
        ProxyState? shared = null;
        for (int i = 0; i < states.Length; i++)
        {
            shared = ProxyState.Create(states[i].Services, states[i].Slices, level, shared);
            foreach (NodeProxy proxy in proxies)
            {
                string file = $"{proxy.Node.Name}.v{(int)proxy.Family}";
                SyncResult sync = proxy.Sync(shared);
                written[file + (i == 0 ? ".restore" : $".restore.{i + 1}")] = RestoreWriter.Write(sync.Restore);
                written[file + ".save"] = SaveWriter.Write(sync.Rules);
            }
        }

        return written;
    }

    /// <summary>The recorded tables stand in another order than iptables-save's own: the tables are compared one by one.</summary>
    private static string Normalised(string text, RecordedRules file)
    {
        if (file.Kind != "save") return text;
        return string.Concat(text.Split("COMMIT\n", StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).Select(static t => t + "COMMIT\n"));
    }
}
