using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Simulation;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Fidelity;

/// <summary>What <c>REJECT --reject-with tcp-reset</c> does to entries, as measured with kernel 6.18 (spec netfilter-datapath 2.6).</summary>
public sealed class TcpResetTests
{
    [Theory]
    [InlineData("-d 10.10.0.0/16", true)]
    [InlineData("-s 10.10.0.0/16", false)]
    public void The_entry_of_an_open_connection_closes_for_ten_seconds(string rule, bool clientLearns)
    {
        Simulator sim = new KernelLab().Start();
        OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
        sim.Node(Control).Iptables.Restore($"*filter\n-I FORWARD 1 -p tcp {rule} -j REJECT --reject-with tcp-reset\nCOMMIT\n");
        open.Send();
        ConntrackEntry entry = sim.Node(Control).Conntrack.List().Single();
        (entry.TcpState, entry.IsAssured).Should().Be((TcpState.Close, true));
        entry.TimeoutSeconds.Should().BeInRange(8, 10);
        open.IsOpen.Should().Be(!clientLearns);
    }

    [Fact]
    public void A_SYN_of_the_node_to_itself_leaves_a_closed_entry_without_a_reply()
    {
        Simulator sim = new KernelLab().Start();
        sim.Node(Control).Iptables.Restore("*filter\n-A INPUT -p tcp --dport 99 -j REJECT --reject-with tcp-reset\nCOMMIT\n");
        sim.Node(Control).To(ControlAddress + ":99").Should().Be(Outcome.Refused);
        ConntrackEntry entry = sim.Node(Control).Conntrack.List().Single();
        (entry.TcpState, entry.IsUnreplied).Should().Be((TcpState.Close, true));
        entry.TimeoutSeconds.Should().BeInRange(9, 10);
    }
}
