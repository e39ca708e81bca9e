using NodePortSim.Iptables.Text;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Rules;

/// <summary>Names for traces what of a rule did not hold, in the words of its own text.</summary>
internal static class FailedTest
{
    /// <summary>The option or match that failed, such as <c>! -s 10.10.0.0/16</c> or <c>-m addrtype --dst-type LOCAL</c>; null where all held.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="test">What <see cref="RuleTests"/> returned.</param>
    /// <param name="family">The family of the rule.</param>
    public static string? Describe(in PreparedRule rule, int test, IpFamily family)
    {
        Iptables.Rule of = rule.Rule;
        return test switch
        {
            RuleTests.AllHeld => null,
            0 => $"{Not(of.Source!.Inverted)}-s {of.Source.Network}",
            1 => $"{Not(of.Destination!.Inverted)}-d {of.Destination.Network}",
            2 => $"{Not(of.InInterface!.Inverted)}-i {of.InInterface.Name}",
            3 => $"{Not(of.OutInterface!.Inverted)}-o {of.OutInterface.Name}",
            4 => $"{Not(of.Protocol!.Inverted)}-p {of.Protocol.Protocol.LowerName()}",
            _ => TextSink.Collect((rule.Matches[test - RuleTests.FirstMatch].Match, family), static (sink, s) => MatchSpec.Append(sink, s.Match, s.family)).TrimStart(),
        };
    }

    private static string Not(bool inverted) => inverted ? "! " : "";
}
