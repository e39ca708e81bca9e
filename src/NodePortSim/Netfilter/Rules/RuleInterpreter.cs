using NodePortSim.Iptables;
using NodePortSim.Iptables.Targets;
using NodePortSim.Netfilter.Tracing;

namespace NodePortSim.Netfilter.Rules;

/// <summary>Walks chains rule by rule, as the kernel does, and tells the trace each rule that it tried.</summary>
/// <remarks>
/// The plain execution of the rule language: short, and what every other one is compared with. It allocates nothing. Not thread-safe.
/// </remarks>
internal sealed class RuleInterpreter(RuleTests tests, PacketTargets packetTargets, NatTargets natTargets)
{
    /// <summary>The chains to come back to; <see cref="ChainGraph"/> has refused rules that nest deeper.</summary>
    private readonly (LoadedChain Chain, int Next)[] _callers = new (LoadedChain, int)[ChainGraph.MaxDepth];

    /// <summary>Runs a table's built-in chain on a packet.</summary>
    /// <param name="hook">The hook that calls it.</param>
    /// <param name="builtIn">The built-in chain.</param>
    /// <param name="buffer">The packet.</param>
    /// <param name="trace">Is told each rule.</param>
    /// <returns>What the deciding rule or the policy says.</returns>
    public HookVerdict Run<TTrace>(Hook hook, LoadedChain builtIn, ref SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, ITraceSink
    {
        if (TTrace.Listens) trace.TableEntered(hook, builtIn.Table, buffer);
        LoadedChain chain = builtIn;
        int index = 0, depth = 0;
        while (true)
        {
            PreparedRule[] rules = chain.Prepared.Rules;
            if (index >= rules.Length)
            {
                if (depth == 0) return Policy(builtIn, ref buffer, ref trace);
                (chain, index) = _callers[--depth];
                continue;
            }

            ref readonly PreparedRule rule = ref rules[index];
            int failed = tests.Test(chain, index, rule, ref buffer, ref trace);
            if (TTrace.Listens)
                trace.RuleTried(chain.Table, chain.Name, index, rule.Rule, FailedTest.Describe(rule, failed, buffer.Packet.Family), buffer);
            if (failed != RuleTests.AllHeld)
            {
                index++;
                continue;
            }

            chain.Count(index, buffer.Packet.Length);
            switch (rule.Target)
            {
                case TargetCode.Jump:
                    _callers[depth++] = (chain, index + 1);
                    chain = chain.Callee(rule.Callee);
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
                    return Verdict(HookResult.Accept, chain, index);
                case TargetCode.Drop:
                    return Verdict(HookResult.Drop, chain, index);
                case TargetCode.Reject:
                    return Verdict(HookResult.Reject, chain, index) with { RejectWith = ((RejectTarget)rule.Rule.Target!).With };
                case TargetCode.Dnat or TargetCode.Redirect or TargetCode.Snat or TargetCode.Masquerade:
                    return natTargets.Apply(rule.Target, rule.Rule.Target!, hook, ref buffer)
                        ? Verdict(HookResult.Accept, chain, index)
                        : Verdict(HookResult.Drop, chain, index) with { Cause = DropCause.NoMasqueradeAddress };
                default:
                    packetTargets.Apply(rule.Target, rule.Rule.Target, ref buffer);
                    index++;
                    break;
            }
        }
    }

    private static HookVerdict Verdict(HookResult result, LoadedChain chain, int index) =>
        new(result, result == HookResult.Accept ? DropCause.None : DropCause.Rule, default, chain.Table, chain.Name, index);

    /// <summary>No rule decided: the policy does, and counts (finding 5).</summary>
    private static HookVerdict Policy<TTrace>(LoadedChain builtIn, ref SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, ITraceSink
    {
        ChainPolicy policy = builtIn.Prepared.Chain.Policy ?? ChainPolicy.Accept;
        builtIn.PolicyCounter.Add(buffer.Packet.Length);
        if (TTrace.Listens) trace.PolicyReached(builtIn.Table, builtIn.Name, policy, buffer);
        return policy == ChainPolicy.Accept
            ? new HookVerdict(HookResult.Accept, DropCause.None, default, builtIn.Table, builtIn.Name)
            : new HookVerdict(HookResult.Drop, DropCause.Policy, default, builtIn.Table, builtIn.Name);
    }
}
