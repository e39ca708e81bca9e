using NodePortSim.Iptables;
using NodePortSim.Kubernetes;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Tests.Samples;

public class QuickStartTests
{
    [Fact]
    public void The_quick_start_does_what_its_comments_say()
    {
        string before = Directory.GetCurrentDirectory();
        before.Should().Be(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar), "the manifests are copied there");

        Simulator sim = Simulator.FromManifests(
            "samples/nodeport-lab/cluster.yaml",
            "samples/nodeport-lab/echo-deploy.yaml",
            "samples/nodeport-lab/svc-nodeport.yaml");
        SimulatedHost mypc = sim.Client("mypc");

        Connection connection = mypc.Connect("172.18.0.4:30682");
        Console.WriteLine($"{connection.Outcome}: {connection.Pod} saw {connection.PeerSeenByBackend}");
        connection.Outcome.Should().Be(Outcome.Connected);
        connection.Pod.Should().StartWith("default/deploy-echo-");
        connection.PeerSeenByBackend!.Value.Address.ToString().Should().Be("172.18.0.4");

        sim.Cluster.Patch("svc-nodeport", spec => spec with { ExternalTrafficPolicy = TrafficPolicy.Local });
        connection = mypc.Connect("172.18.0.4:30682");
        Console.WriteLine($"{connection.Outcome}: {connection.Explanation}");
        connection.Outcome.Should().Be(Outcome.Timeout);

        Trace trace = mypc.Trace("myk8s-worker:30682");
        Console.WriteLine(TraceText.Write(trace));                          // every host, rule and rewrite that mattered
        trace.Connection.PeerSeenByBackend!.Value.Address.ToString().Should().Be("172.18.0.100");

        SimulatedNode worker = sim.Node("myk8s-worker");
        Console.WriteLine(worker.Iptables.Save(IptablesTable.Nat));         // iptables-save -t nat
        Console.WriteLine(string.Join('\n', worker.Conntrack.Lines()));     // conntrack -L
        worker.Conntrack.Lines().Should().NotBeEmpty();
        sim.Advance(TimeSpan.FromMinutes(3));                               // virtual time: the entries expire
        worker.Conntrack.Lines().Should().BeEmpty();
    }

    [Fact]
    public void The_README_shows_this_code()
    {
        string readme = Read("README.md");
        string code = readme.Split("```csharp\n")[1].Split("```")[0];
        IEnumerable<string> source = Read("QuickStartTests.cs").Split('\n').Select(static line => line.Trim());
        var rest = new Queue<string>(source);
        foreach (string line in code.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0))
        {
            while (rest.TryPeek(out string? next) && next != line) rest.Dequeue();
            rest.Should().NotBeEmpty("the line \"{0}\" of the README must be here", line);
        }
    }

    private static string Read(string resource)
    {
        using var reader = new StreamReader(typeof(QuickStartTests).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
