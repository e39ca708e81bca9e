using NodePortSim.Iptables;
using NodePortSim.KubeProxy;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Paths;
using NodePortSim.Tests.KubeProxy;
using NodePortSim.Tests.Netfilter.Rules.Equality;

namespace NodePortSim.Tests.Netfilter.Paths;

public class NodeBatchTests
{
    private const int Nodes = 8, Rounds = 20, BatchSize = 50;

    [Fact]
    public void Nodes_on_four_threads_do_what_they_do_on_one()
    {
        var cluster = new RandomCluster(new RandomSource(7));
        cluster.Change(30);
        var proxy = new NodeProxy(IpFamily.IPv4, cluster.Options(KubeProxyLevel.Default), RandomCluster.NodeInfos[0]);
        RuleSet rules = proxy.Sync(cluster.Services.Values, cluster.Slices.Values).Rules;
        Fleet one = new(rules), many = new(rules);
        for (int round = 0; round < Rounds; round++)
        {
            one.Forward(1);
            many.Forward(4);
            for (int node = 0; node < Nodes; node++)
            {
                one.Verdicts[node].Should().Equal(many.Verdicts[node], "of round {0}, node {1}", round, node);
                for (int i = 0; i < BatchSize; i++) MachineComparison.AreSame(one.Packets[node][i], many.Packets[node][i]).Should().BeTrue();
                MachineComparison.Difference(one.Machines[node], many.Machines[node]).Should().BeNull();
            }
        }

        one.Machines.Sum(static machine => machine.PacketsOfKnownPaths).Should().BeGreaterThan(Nodes * Rounds);
    }

    [Fact]
    public void A_node_with_two_batches_is_refused()
    {
        NetfilterMachine machine = MachineQuartet.Machine(1, new VirtualTimeProvider());
        NodeBatch[] batches = [new(machine, default, default), new(machine, default, default)];
        FluentActions.Invoking(() => NodeBatch.ForwardAll(batches, 2)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_bulk_call_wants_a_verdict_for_each_packet()
    {
        NetfilterMachine machine = MachineQuartet.Machine(1, new VirtualTimeProvider());
        FluentActions.Invoking(() => machine.ForwardBatch(new SocketBuffer[2], new ForwardVerdict[1])).Should().Throw<ArgumentException>();
    }

    /// <summary>Nodes of one clock, each with its own conversations.</summary>
    private sealed class Fleet
    {
        private readonly VirtualTimeProvider _time = new();
        private readonly Conversations[] _conversations;

        public Fleet(RuleSet rules)
        {
            Machines = [.. Enumerable.Range(0, Nodes).Select(i => MachineQuartet.Machine((ulong)i, _time))];
            foreach (NetfilterMachine machine in Machines) machine.Load(rules);
            _conversations = [.. Enumerable.Range(0, Nodes).Select(static i => new Conversations(new RandomSource((ulong)i), IpFamily.IPv4))];
        }

        public NetfilterMachine[] Machines { get; }

        public SocketBuffer[][] Packets { get; } = [.. Enumerable.Range(0, Nodes).Select(static _ => new SocketBuffer[BatchSize])];

        public ForwardVerdict[][] Verdicts { get; } = [.. Enumerable.Range(0, Nodes).Select(static _ => new ForwardVerdict[BatchSize])];

        public void Forward(int threads)
        {
            for (int node = 0; node < Nodes; node++)
                for (int i = 0; i < BatchSize; i++) Packets[node][i] = new SocketBuffer(_conversations[node].Next(out int inInterface), inInterface);
            NodeBatch.ForwardAll([.. Machines.Select((machine, node) => new NodeBatch(machine, Packets[node], Verdicts[node]))], threads);
            for (int node = 0; node < Nodes; node++)
            {
                Packet[] left = [.. Packets[node].Select((buffer, i) => Verdicts[node][i].Result == ForwardResult.Forwarded ? buffer.Packet : default)];
                _conversations[node].Left(left);
            }

            _time.Advance(TimeSpan.FromSeconds(3));
        }
    }
}
