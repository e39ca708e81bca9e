namespace NodePortSim.Simulation.Tracing;

/// <summary>How much a matched rule tells a reader.</summary>
internal enum RuleWeight
{
    /// <summary>Nothing: a jump that every packet takes, or a part of a step that is told elsewhere.</summary>
    Silent,

    /// <summary>Which way to a rule that tells more.</summary>
    Passage,

    /// <summary>A decision.</summary>
    Decision,
}

/// <summary>What a matched rule's target means in a story.</summary>
/// <param name="Weight">How much it tells.</param>
/// <param name="Effect">The target in words.</param>
/// <param name="IsNat">Whether a rewrite that follows is the rule's.</param>
/// <param name="Mark">The mark that it sets; null where it sets none.</param>
internal sealed record RuleTarget(RuleWeight Weight, string Effect, bool IsNat = false, string? Mark = null)
{
    private const string MarkMasquerade = "KUBE-MARK-MASQ";
    private const string Postrouting = "KUBE-POSTROUTING";
    private const string NodePorts = "KUBE-NODEPORTS";

    /// <summary>Whether the rule marks the packet for masquerading.</summary>
    public bool IsMarkMasquerade => Effect == MarkMasquerade;

    public static RuleTarget Of(RuleStep rule)
    {
        int at = TargetIndex(rule.Rule);
        if (at < 0) return new RuleTarget(RuleWeight.Silent, "counted");
        string[] words = rule.Rule[(at + 3)..].Split(' ');
        switch (words[0])
        {
            case "DNAT" or "SNAT" or "MASQUERADE" or "REDIRECT" or "NETMAP":
                return new RuleTarget(RuleWeight.Decision, words[0], IsNat: true);
            case "MARK":
                string? mark = words.Length > 2 ? words[2].Split('/')[0] : null;
                return new RuleTarget(rule.Chain.StartsWith("KUBE-", StringComparison.Ordinal) ? RuleWeight.Silent : RuleWeight.Decision, $"mark {mark}", Mark: mark);
            case MarkMasquerade:
                return new RuleTarget(RuleWeight.Decision, MarkMasquerade);
            case NodePorts when !IsBuiltIn(rule.Chain):
                return new RuleTarget(RuleWeight.Passage, NodePorts);
            case "RETURN" when rule.Chain == Postrouting:
                return new RuleTarget(RuleWeight.Silent, "RETURN");
            case "ACCEPT" or "DROP" or "RETURN" or "REJECT" or "NOTRACK" or "CT" or "LOG" or "CONNMARK":
                return new RuleTarget(RuleWeight.Decision, string.Join(' ', words));
            default:
                // A jump without a test, and one of a built-in chain, is everybody's way.
                bool isEverybodys = at == 0 || IsBuiltIn(rule.Chain);
                return new RuleTarget(isEverybodys ? RuleWeight.Silent : RuleWeight.Decision, $"> {words[0]}");
        }
    }

    private static bool IsBuiltIn(string chain) => chain is "PREROUTING" or "INPUT" or "FORWARD" or "OUTPUT" or "POSTROUTING";

    private static int TargetIndex(string rule)
    {
        // The last one: a comment before it may hold the same letters.
        int at = Math.Max(rule.LastIndexOf(" -j ", StringComparison.Ordinal), rule.LastIndexOf(" -g ", StringComparison.Ordinal));
        if (at >= 0) return at + 1;
        return rule.StartsWith("-j ", StringComparison.Ordinal) || rule.StartsWith("-g ", StringComparison.Ordinal) ? 0 : -1;
    }
}
