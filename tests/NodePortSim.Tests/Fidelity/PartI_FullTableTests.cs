using NodePortSim.Simulation;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Fidelity;

/// <summary>What was measured of a full connection tracking table. The numbers are those of the list in docs/fidelity.md.</summary>
public sealed class PartI_FullTableTests
{
    [Fact]
    public void Finding_57_at_the_limit_new_flows_are_dropped_silently_and_open_ones_go_on()
    {
        Simulator sim = new KernelLab { Sysctls = "net.netfilter.nf_conntrack_max: 10" }.Start();
        OpenConnection[] open = [.. Enumerable.Range(0, 10).Select(_ => sim.Client("mypc").Open(Control + NodePort))];
        Connection lost = sim.Client("mypc").Connect(Control + NodePort);
        (lost.Outcome, lost.Reason).Should().Be((Outcome.Timeout, OutcomeReason.ConntrackTableFull));
        sim.Node(Control).Conntrack.Statistics.Drop.Should().Be(1);
        open.Should().OnlyContain(static connection => connection.Send(null) == Outcome.Connected);
        sim.Client("mypc").To(Worker + NodePort).Should().Be(Outcome.Connected, "each node counts for itself");
    }

    [Fact]
    public void Finding_58_early_drop_looks_into_few_buckets_and_frees_little_in_a_sparse_table()
    {
        Simulator sim = new KernelLab { Sysctls = "net.netfilter.nf_conntrack_max: 40" }.Start();
        int passed = sim.Client("mypc").ConnectMany(Control + UdpNodePort, 60, Udp).Count(static c => c.Outcome == Outcome.Connected);
        passed.Should().BeInRange(40, 42);
        sim.Node(Control).Conntrack.Statistics.EarlyDrop.Should().Be(passed - 40);
    }
}
