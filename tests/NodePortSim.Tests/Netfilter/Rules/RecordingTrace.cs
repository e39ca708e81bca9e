using System.Globalization;
using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Tracing;

namespace NodePortSim.Tests.Netfilter.Rules;

/// <summary>Writes each step of a packet as a line.</summary>
internal readonly struct RecordingTrace() : ITraceSink
{
    public static bool Listens => true;

    public List<string> Lines { get; } = [];

    public string Text => string.Join('\n', Lines);

    public void HookEntered(Hook hook, in SocketBuffer buffer) => Lines.Add(Invariant($"{hook} {Flow(buffer.Packet)}"));

    public void ConntrackLookedUp(Hook hook, in SocketBuffer buffer, string entry) => Lines.Add(Invariant($"  conntrack {buffer.Info}"));

    public void TableEntered(Hook hook, IptablesTable table, in SocketBuffer buffer) => Lines.Add(Invariant($"  {table.Name()}"));

    public void RuleTried(IptablesTable table, string chain, int ruleIndex, Rule rule, string? failedMatch, in SocketBuffer buffer) =>
        Lines.Add(Invariant($"    {chain} {ruleIndex + 1}: {(failedMatch is null ? "matched" : "not " + failedMatch)}"));

    public void Drawn(IptablesTable table, string chain, int ruleIndex, uint drawn, uint threshold) =>
        Lines.Add(Invariant($"    {chain} {ruleIndex + 1}: drawn {(drawn < threshold ? "below" : "not below")} {threshold}"));

    public void PolicyReached(IptablesTable table, string chain, ChainPolicy policy, in SocketBuffer buffer) =>
        Lines.Add(Invariant($"    {chain} policy {policy}"));

    public void Rewritten(Hook hook, in Packet before, in Packet after, string by) => Lines.Add(Invariant($"  {by}: {Flow(before)} becomes {Flow(after)}"));

    public void ConntrackConfirmed(Hook hook, string entry) => Lines.Add("  confirmed");

    public void HookLeft(Hook hook, in HookVerdict verdict, in SocketBuffer buffer) => Lines.Add(Invariant($"  {verdict.Result}"));

    private static string Flow(in Packet packet) =>
        Invariant($"{packet.Source}:{packet.SourcePort} > {packet.Destination}:{packet.DestinationPort}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
