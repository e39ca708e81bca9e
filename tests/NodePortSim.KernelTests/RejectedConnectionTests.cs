using System.Globalization;
using System.Text.RegularExpressions;
using NodePortSim.KernelTests.Flows;
using NodePortSim.KernelTests.Kernel;
using NodePortSim.KernelTests.Labs;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.KernelTests;

/// <summary>A rule that comes to reject the packets of an open connection with RSTs closes its entry (spec netfilter-datapath 2.6).</summary>
[Collection(nameof(KernelTotals))]
public sealed partial class RejectedConnectionTests
{
    private const ushort SourcePort = 40001;
    private const int RandomPorts = 1024;

    [SkippableTheory]
    [InlineData("n0", "192.168.70.11:31080", "-d 10.44.0.7/32")]
    [InlineData("n0", "192.168.70.11:31080", "-s 10.44.0.7/32")]
    [InlineData("n1", "192.168.70.12:31080", "-d 10.44.0.7/32")]
    [InlineData("n1", "192.168.70.12:31080", "-s 10.44.0.7/32")]
    public void A_RST_of_REJECT_closes_the_entry_for_ten_seconds(string node, string to, string match)
    {
        KernelRequirements.Check();
        string rules = $"*filter\n-I FORWARD 1 {match} -p tcp -j REJECT --reject-with tcp-reset\nCOMMIT\n";
        var side = new SimulatedSide(RejectedFlowTests.Manifests + RejectedFlowTests.Slice("10.44.0.7", "n0"), FurtherRules.None);
        Simulator simulator = side.Fresh();
        OpenConnection simulated = simulator.Client("mypc").Open(to, new ConnectOptions { SourcePort = SourcePort });
        simulated.Send();
        simulator.Node(node).Iptables.Restore(rules);
        simulated.Send(TimeSpan.FromMilliseconds(150));

        using var kernel = new KernelSide(side.Plan, side.Reference);
        using LabOpenConnection open = kernel.Open("mypc", IpEndpoint.Parse(to), SourcePort);
        kernel.AddRules(node, rules);
        Assert.Equal(!simulated.IsOpen, open.SendIsReset());
        Assert.Equal(Entries(SimulatedSide.Look(simulator, IpFamily.IPv4)), Entries(kernel.Look(IpFamily.IPv4)));
        Assert.Contains(" CLOSE ", Entries(kernel.Look(IpFamily.IPv4)), StringComparison.Ordinal);
    }

    /// <summary>Entries, without what chance decides; of their seconds whether they are at most ten.</summary>
    /// <remarks>Nor how many packets there were: the kernel's server answers once and acknowledges the rest, the simulator's answers again.</remarks>
    private static string Entries(IReadOnlyList<NodeSnapshot> nodes) => string.Join('\n', nodes.SelectMany(node => node.Conntrack.Select(line =>
    {
        string seconds = Timeout().Replace(line, static match => int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) <= 10 ? match.Groups[1].Value + "10" : match.Groups[1].Value + "more");
        return $"{node.Node} {Port().Replace(Unequal().Replace(seconds, ""), static match => IsChosen(match) ? "dport=random" : match.Value)}";
    })));

    private static bool IsChosen(Match port) => int.Parse(port.Groups[1].Value, CultureInfo.InvariantCulture) is >= RandomPorts and not (8080 or 31080 or SourcePort);

    [GeneratedRegex(@"^(tcp +6 )(\d+)")]
    private static partial Regex Timeout();

    [GeneratedRegex(@" use=\d+| packets=\d+ bytes=\d+")]
    private static partial Regex Unequal();

    [GeneratedRegex(@"\b[sd]port=(\d+)")]
    private static partial Regex Port();
}
