using NodePortSim.Net;
using NodePortSim.Simulation;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Fidelity;

/// <summary>What was measured of session affinity. The numbers are those of the list in docs/fidelity.md.</summary>
public sealed class PartK_SessionAffinityTests
{
    private int _port = 20000;

    private static KernelLab Lab(int seconds = 10800) => new()
    {
        Service = $"type: NodePort, sessionAffinity: ClientIP, sessionAffinityConfig: {{clientIP: {{timeoutSeconds: {seconds}}}}}",
    };

    [Fact]
    public void Finding_63_each_node_remembers_each_source_address_for_all_ways_into_the_service()
    {
        bool nodesDiffer = false, loopbackDiffers = false;
        for (ulong seed = 1; seed <= 8; seed++)
        {
            Simulator sim = (Lab() with { Seed = seed }).Start();
            string ofControl = Only(sim.Client("mypc"), Control + NodePort);
            nodesDiffer |= Only(sim.Client("mypc"), Worker + NodePort) != ofControl;
            string own = Only(sim.Node(Worker), ClusterIP);
            Only(sim.Node(Worker), Worker + NodePort).Should().Be(own, "its address is the same for both");
            loopbackDiffers |= Only(sim.Node(Worker), "127.0.0.1" + NodePort) != own;
            Only(sim.Client("routed"), Worker + NodePort).Should().Be(Only(sim.Client("routed"), ClusterIP));
        }

        (nodesDiffer, loopbackDiffers).Should().Be((true, true));
    }

    [Theory]
    [InlineData(1.5, true)]
    [InlineData(2.3, false)]
    public void Finding_64_the_timeout_counts_from_the_last_new_connection(double gap, bool stays)
    {
        Simulator sim = Lab(seconds: 2).Start();
        var met = new HashSet<string?>();
        for (int i = 0; i < 20; i++)
        {
            met.Add(sim.Client("mypc").Connect(Control + NodePort).Server());
            sim.Advance(TimeSpan.FromSeconds(gap));
        }

        (met.Count == 1).Should().Be(stays);
    }

    [Fact]
    public void Finding_65_the_memory_outlives_a_reload_of_the_rules()
    {
        Simulator sim = Lab().Start();
        string first = Only(sim.Client("mypc"), Control + NodePort);
        for (int i = 0; i < 10; i++)
        {
            sim.Node(Control).Iptables.Restore(sim.Node(Control).Iptables.LastRestoreInput());
            sim.Client("mypc").Connect(Control + NodePort).Server().Should().Be(first);
        }
    }

    [Fact]
    public void Finding_66_a_list_remembers_100_addresses_and_the_oldest_go()
    {
        Simulator sim = (Lab() with { Endpoints = [WebWorker] }).Start();
        for (int client = 0; client < 130; client++) ServerOf(sim, client).Should().Be("default/web-worker");
        sim.SetEndpoints(AllWeb);
        for (int client = 30; client < 130; client++) ServerOf(sim, client).Should().Be("default/web-worker", "{0} is remembered", client);
        Enumerable.Range(0, 30).Select(client => ServerOf(sim, client)).Distinct().Should().HaveCount(3, "these were forgotten");
    }

    [Fact]
    public void Finding_66_130_addresses_over_three_endpoints_are_all_remembered()
    {
        Simulator sim = Lab().Start();
        string[] first = [.. Enumerable.Range(0, 130).Select(client => ServerOf(sim, client))];
        Enumerable.Range(0, 130).Select(client => ServerOf(sim, client)).Should().Equal(first);
    }

    private static string Only(SimulatedHost from, string to) =>
        from.ConnectMany(to, 20).Select(static c => c.Server()).Distinct().Should().ContainSingle().Subject!;

    /// <summary>The pod that a SYN of a client reaches that has no host of its own.</summary>
    private string ServerOf(Simulator sim, int client) => sim.Client("mypc")
        .SendRaw(KernelLabWords.Segment(TcpFlags.Syn, $"172.19.0.{client + 1}", ++_port, ControlAddress + NodePort))
        .Arrivals.First(static arrival => (arrival.Packet.Flags & TcpFlags.Syn) != 0).Host;
}
