using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;

namespace NodePortSim.Tests.Netfilter.Conntrack;

public class TcpTransitionTests
{
    // Rows: syn, synack, fin, ack, rst, none; columns NO SS SR ES FW CW LA TW CL S2 (spec netfilter-datapath 2.6).
    private const string Original = """
        SS SS ig ig ig ig ig SS SS S2
        iv iv SR iv iv iv iv iv iv SR
        iv iv FW FW LA LA LA TW CL iv
        ES iv ES ES CW CW TW TW CL iv
        iv CL CL CL CL CL CL CL CL CL
        iv iv iv iv iv iv iv iv iv iv
        """;

    private const string Reply = """
        iv S2 iv iv iv iv iv SS iv S2
        iv SR ig ig ig ig ig ig ig SR
        iv iv FW FW LA LA LA TW CL iv
        iv ig SR ES CW CW TW TW CL ig
        iv CL CL CL CL CL CL CL CL CL
        iv iv iv iv iv iv iv iv iv iv
        """;

    private static readonly string[] Names = ["NO", "SS", "SR", "ES", "FW", "CW", "LA", "TW", "CL", "S2"];

    [Theory]
    [InlineData(false, Original)]
    [InlineData(true, Reply)]
    public void The_tables_are_the_kernels(bool reply, string expected)
    {
        string actual = string.Join('\n', Enumerable.Range(0, 6).Select(row => string.Join(' ', Enumerable.Range(0, 10).Select(state =>
            TcpTransitions.Next(reply, (TcpPacketClass)row, (TcpState)state) switch
            {
                TcpTransitions.Ignore => "ig",
                TcpTransitions.Invalid => "iv",
                TcpState next => Names[(int)next],
            }))));
        actual.Should().Be(expected.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Only_nine_sets_of_flags_are_valid_whatever_PSH_ECE_and_CWR_say()
    {
        TcpFlags ignored = TcpFlags.Psh | TcpFlags.Ece | TcpFlags.Cwr;
        Enumerable.Range(0, 256).Select(f => (TcpFlags)f).Where(TcpTransitions.AreValid).Select(f => f & ~ignored).Distinct().Order().Should().Equal(
            TcpFlags.Syn,
            TcpFlags.Rst,
            TcpFlags.Ack,
            TcpFlags.Fin | TcpFlags.Ack,
            TcpFlags.Syn | TcpFlags.Ack,
            TcpFlags.Rst | TcpFlags.Ack,
            TcpFlags.Syn | TcpFlags.Urg,
            TcpFlags.Ack | TcpFlags.Urg,
            TcpFlags.Fin | TcpFlags.Ack | TcpFlags.Urg);
    }

    [Theory]
    [InlineData(TcpFlags.Rst)]
    [InlineData(TcpFlags.Rst | TcpFlags.Ack)]
    [InlineData(TcpFlags.Fin)]
    [InlineData(TcpFlags.Fin | TcpFlags.Ack)]
    [InlineData(TcpFlags.Syn | TcpFlags.Ack)]
    [InlineData(TcpFlags.Syn | TcpFlags.Fin)]
    [InlineData(TcpFlags.None)]
    public void Out_of_the_blue_these_are_INVALID_and_leave_nothing(TcpFlags flags)
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        new TcpTalk(lab).Client(flags).Info.Should().Be(NodePortSim.Netfilter.ConntrackInfo.Invalid);
        lab.Table.Count.Should().Be(0);
        lab.Table.Statistics.Invalid.Should().Be(1);
        lab.DestinationWalks.Should().Be(0);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void An_ACK_out_of_the_blue_is_NEW_where_tcp_loose_is_on(bool loose, int entries)
    {
        ConntrackLab lab = ConntrackLab.WithNodePort(sysctls: new Sysctls { ConntrackTcpLoose = loose });
        new TcpTalk(lab).Client(TcpFlags.Ack | TcpFlags.Psh);
        lab.Table.List().Select(e => (e.TcpState, e.TimeoutSeconds)).Should().Equal(Enumerable.Repeat(((TcpState?)TcpState.Established, 300L), entries));
    }
}
