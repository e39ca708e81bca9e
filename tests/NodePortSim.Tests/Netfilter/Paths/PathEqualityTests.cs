using NodePortSim.Iptables;
using NodePortSim.KubeProxy;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Tests.KubeProxy;
using NodePortSim.Tests.Netfilter.Rules.Equality;

namespace NodePortSim.Tests.Netfilter.Paths;

/// <summary>
/// Interpreter, program, known paths and bulk call agree on verdict, packet, counters, lists, conntrack, its events and statistics, whatever comes
/// between the packets of conversations: reloads, other marks, parameters and routes, deleted entries, time.
/// </summary>
public class PathEqualityTests
{
    private const ulong BaseSeed = 20261124;
    private const int Batches = 8, BatchSize = 5;

    [Fact]
    public void All_four_agree_on_random_rules() =>
        ForPairs(0, 4000, IpFamily.IPv4, 8, static random => new RandomRules(random).Make());

    [Fact]
    public void All_four_agree_on_random_rules_of_IPv6() =>
        ForPairs(4000, 2000, IpFamily.IPv6, 8, static random => new RandomRules(random, IpFamily.IPv6).Make());

    [Fact]
    public void All_four_agree_on_the_rules_of_random_clusters() => ForPairs(6000, 4000, IpFamily.IPv4, 3, static random =>
    {
        var cluster = new RandomCluster(random);
        cluster.Change(12);
        return new NodeProxy(IpFamily.IPv4, cluster.Options(KubeProxyLevel.Default), RandomCluster.NodeInfos[0])
            .Sync(cluster.Services.Values, cluster.Slices.Values).Rules;
    });

    /// <param name="first">The first seed, after the base.</param>
    /// <param name="pairs">How many.</param>
    /// <param name="family">The family of rules and packets.</param>
    /// <param name="leastKnown">Of how many packets one at least must have gone a known way: else the test would show nothing.</param>
    /// <param name="makeRules">Makes rules.</param>
    private static void ForPairs(int first, int pairs, IpFamily family, int leastKnown, Func<RandomSource, RuleSet> makeRules)
    {
        long known = 0;
        for (int i = first; i < first + pairs; i++)
        {
            ulong seed = BaseSeed + (ulong)i;
            var random = new RandomSource(seed);
            var machines = new MachineQuartet(seed, makeRules(random));
            string? difference = Converse(machines, random, family, makeRules);
            if (difference is not null) Assert.Fail($"seed {seed}: {difference}");
            known += machines.Cached.PacketsOfKnownPaths;
        }

        known.Should().BeGreaterThan((long)pairs * Batches * BatchSize / leastKnown);
    }

    private static string? Converse(MachineQuartet machines, RandomSource random, IpFamily family, Func<RandomSource, RuleSet> makeRules)
    {
        var conversations = new Conversations(random, family);
        var left = new Packet[BatchSize];
        var arrived = new SocketBuffer[BatchSize];
        bool comparesEach = random.NextBelow(2) == 0;
        for (int batch = 0; batch < Batches; batch++)
        {
            // A conversation's first answer waits until its opening has left: such packets go alone.
            int size = batch < Batches / 2 ? 1 + (int)random.NextBelow(2) : BatchSize;
            for (int round = 0; round < 3; round++)
            {
                for (int i = 0; i < size; i++)
                {
                    Packet packet = conversations.Next(out int inInterface);
                    arrived[i] = new SocketBuffer(packet, inInterface) { Mark = random.NextBelow(40) == 0 ? random.NextBelow(4) : 0 };
                }

                if (machines.Pass(arrived.AsSpan(0, size), comparesEach, left) is { } difference) return $"batch {batch}.{round}: {difference}";
                conversations.Left(left.AsSpan(0, size));
            }

            if (random.NextBelow(2) == 0) machines.Wait(TimeSpan.FromSeconds(random.NextBelow(20)));
            if (random.NextBelow(4) == 0) machines.Disturb(random);
            if (random.NextBelow(8) == 0) machines.Load(makeRules(random));
        }

        return machines.Compared();
    }
}
