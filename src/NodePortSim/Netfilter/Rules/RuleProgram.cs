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
    /// <returns>What the deciding rule or the policy says.</returns>
    public HookVerdict Run(Hook hook, LoadedChain builtIn, ref SocketBuffer buffer)
    {
        var silent = default(SilentTrace);
        LoadedChain chain = builtIn;
        PreparedChain prepared = chain.Prepared;
        int index = 0, depth = 0;
        while (true)
        {
            if (prepared.Index is { } exact) index = exact.Next(index, buffer.Packet);
            PreparedRule[] rules = prepared.Rules;
            if ((uint)index >= (uint)rules.Length)
            {
                if (depth == 0) return Policy(builtIn, buffer);
                (chain, index) = _callers[--depth];
                prepared = chain.Prepared;
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
                    _callers[depth++] = (chain, index + 1);
                    chain = chain.Callee(rule.Callee);
                    prepared = chain.Prepared;
                    index = 0;
                    break;
                case TargetCode.Goto:
                    chain = chain.Callee(rule.Callee);
                    prepared = chain.Prepared;
                    index = 0;
                    break;
                case TargetCode.Return:
                    index = rules.Length;
                    break;
                case TargetCode.Accept:
                    return HookVerdict.Accept;
                case TargetCode.Drop:
                    return Ended(HookResult.Drop, chain, index);
                case TargetCode.Reject:
                    return Ended(HookResult.Reject, chain, index) with { RejectWith = ((RejectTarget)rule.Rule.Target!).With };
                case TargetCode.Dnat or TargetCode.Redirect or TargetCode.Snat or TargetCode.Masquerade:
                    return natTargets.Apply(rule.Target, rule.Rule.Target!, hook, ref buffer)
                        ? HookVerdict.Accept
                        : Ended(HookResult.Drop, chain, index) with { Cause = DropCause.NoMasqueradeAddress };
                default:
                    packetTargets.Apply(rule.Target, rule.Rule.Target, ref buffer);
                    index++;
                    break;
            }
        }
    }

    private static HookVerdict Ended(HookResult result, LoadedChain chain, int index) =>
        new(result, DropCause.Rule, default, chain.Table, chain.Name, index);

    private HookVerdict Policy(LoadedChain builtIn, in SocketBuffer buffer)
    {
        builtIn.PolicyCounter.Add(buffer.Packet.Length);
        if (recorder.IsOn) recorder.Counted(builtIn, CountedRule.Policy);
        return builtIn.Prepared.Chain.Policy is ChainPolicy.Drop
            ? new HookVerdict(HookResult.Drop, DropCause.Policy, default, builtIn.Table, builtIn.Name)
            : HookVerdict.Accept;
    }
}
