using NodePortSim.Iptables;
using NodePortSim.KubeProxy;
using NodePortSim.Net;
using NodePortSim.Tests.KubeProxy;

namespace NodePortSim.Tests.Netfilter.Rules.Equality;

/// <summary>
/// Interpreter and program agree on verdict, packet, counters of every rule, accounting objects, recent lists and conntrack, after every packet.
/// </summary>
public class ProgramEqualityTests
{
    private const ulong BaseSeed = 20261123;
    private const int PacketsPerPair = 8;

    [Fact]
    public void Program_and_interpreter_agree_on_random_rule_sets() => ForPairs(8500, static random => new RandomRules(random).Make());

    [Fact]
    public void Program_and_interpreter_agree_on_the_rules_of_random_clusters() => ForPairs(1500, static random =>
    {
        var cluster = new RandomCluster(random);
        cluster.Change(12);
        return new NodeProxy(IpFamily.IPv4, cluster.Options(KubeProxyLevel.Default), RandomCluster.NodeInfos[0])
            .Sync(cluster.Services.Values, cluster.Slices.Values).Rules;
    });

    private static void ForPairs(int pairs, Func<RandomSource, RuleSet> makeRules)
    {
        for (int i = 0; i < pairs; i++)
        {
            ulong seed = BaseSeed + (ulong)i;
            var random = new RandomSource(seed);
            var machines = new MachinePair(seed, makeRules(random));
            var packets = new RandomPackets(random);
            for (int number = 0; number < PacketsPerPair; number++)
            {
                if (number == PacketsPerPair / 2 && random.NextBelow(4) == 0) machines.Load(makeRules(random));
                string? difference = machines.Pass(packets.Next(), packets.Path(), random.NextBelow(4) == 0 ? 3 : 2, out Packet left);
                if (difference is not null) Assert.Fail($"seed {seed}, packet {number}: {difference}");
                packets.Saw(left);
                if (random.NextBelow(3) == 0) machines.Wait(TimeSpan.FromSeconds(random.NextBelow(20)));
            }
        }
    }
}
