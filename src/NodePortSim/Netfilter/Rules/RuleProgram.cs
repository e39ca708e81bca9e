using NodePortSim.Iptables;
using NodePortSim.Iptables.Targets;
using NodePortSim.Netfilter.Paths;
using NodePortSim.Netfilter.Tracing;

namespace NodePortSim.Netfilter.Rules;

/// <summary>Runs chains without trying the rules that cannot match: what every packet takes that nobody traces.</summary>
/// <remarks>
/// Same verdict, same packet, same counters, lists and draws as <see cref="RuleInterpreter"/>, which explains; a chain's
/// <see cref="ExactMatchIndex"/> says which rule comes next. It allocates nothing. Not thread-safe.
/// </remarks>
internal sealed class RuleProgram(RuleTests tests, PacketTargets packetTargets, NatTargets natTargets, PathRecorder recorder)
{
    private readonly (LoadedChain Chain, int Next)[] _callers = new (LoadedChain, int)[ChainGraph.MaxDepth];

    /// <summary>How many rules were tried so far: the work done, which no busy machine distorts.</summary>
    public long RulesTried { get; private set; }

    /// <summary>Runs a table's built-in chain on a packet.</summary>
    /// <param name="hook">The hook that calls it.</param>
    /// <param name="builtIn">The built-in chain.</param>
    /// <param name="buffer">The packet.</param>
    /// <param name="verdict">What the deciding rule or the policy says, where that ends the packet. Packets that go on, which most do, copy no verdict.</param>
    /// <returns>Whether the packet goes on.</returns>
    public bool Run(Hook hook, LoadedChain builtIn, ref SocketBuffer buffer, ref HookVerdict verdict)
    {
        var silent = default(SilentTrace);
        LoadedChain chain = builtIn;
        int index = 0, depth = 0;
        while (true)
        {
            if (chain.Index is { } exact) index = exact.Next(index, buffer.Packet);
            PreparedRule[] rules = chain.Rules;
            if ((uint)index >= (uint)rules.Length)
            {
                if (depth == 0) return Policy(builtIn, buffer, ref verdict);
                (chain, index) = _callers[--depth];
                continue;
            }

            RulesTried++;
            ref readonly PreparedRule rule = ref rules[index];
            if (tests.Test(chain, index, rule, ref buffer, ref silent) != RuleTests.AllHeld)
            {
                index++;
                continue;
            }

            chain.Count(index, buffer.Packet.Length);
            if (recorder.IsOn) recorder.Counted(chain, index);
            switch (rule.Target)
            {
                case TargetCode.Jump:
                    LoadedChain callee = chain.Callee(rule.Callee);
                    index++;
                    if (callee.Rules.Length == 0) break; // There and back; several of kube-proxy's chains are empty in most clusters.
                    _callers[depth++] = (chain, index);
                    chain = callee;
                    index = 0;
                    break;
                case TargetCode.Goto:
                    chain = chain.Callee(rule.Callee);
                    index = 0;
                    break;
                case TargetCode.Return:
                    index = rules.Length;
                    break;
                case TargetCode.Accept:
                    return true;
                case TargetCode.Drop:
                    verdict = Ended(HookResult.Drop, chain, index);
                    return false;
                case TargetCode.Reject:
                    verdict = Ended(HookResult.Reject, chain, index) with { RejectWith = ((RejectTarget)rule.Rule.Target!).With };
                    return false;
                case TargetCode.Dnat or TargetCode.Redirect or TargetCode.Snat or TargetCode.Masquerade:
                    if (natTargets.Apply(rule.Target, rule.Rule.Target!, hook, ref buffer)) return true;
                    verdict = Ended(HookResult.Drop, chain, index) with { Cause = DropCause.NoMasqueradeAddress };
                    return false;
                default:
                    packetTargets.Apply(rule.Target, rule.Rule.Target, ref buffer);
                    index++;
                    break;
            }
        }
    }

    private static HookVerdict Ended(HookResult result, LoadedChain chain, int index) =>
        new(result, DropCause.Rule, default, chain.Table, chain.Name, index);

    private bool Policy(LoadedChain builtIn, in SocketBuffer buffer, ref HookVerdict verdict)
    {
        builtIn.PolicyCounter.Add(buffer.Packet.Length);
        if (recorder.IsOn) recorder.Counted(builtIn, CountedRule.Policy);
        if (builtIn.Prepared.Chain.Policy is not ChainPolicy.Drop) return true;
        verdict = new HookVerdict(HookResult.Drop, DropCause.Policy, default, builtIn.Table, builtIn.Name);
        return false;
    }
}
