using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Netfilter;
using static NodePortSim.Tests.Netfilter.Rules.Bed;

namespace NodePortSim.Tests.Netfilter.Rules;

public class ChainWalkTests
{
    private const IptablesTable Filter = IptablesTable.Filter;

    [Fact]
    public void Rules_are_tried_in_order_and_a_jump_comes_back_to_the_rule_after_it()
    {
        Bed bed = new Bed().With(Filter,
            BuiltIn("INPUT", Rule(null), Jump("A"), Rule(new AcceptTarget(), Dport(30080)), Rule(new DropTarget())),
            Chain("A", Rule(new DropTarget(), Dport(1)), Jump("B"), Rule(null)),
            Chain("B", Rule(new ReturnTarget(), Dport(30080)), Rule(new DropTarget())));

        bed.Trace(Hook.Input, Syn()).Should().Be(
            """
            Input 192.168.50.10:40000 > 192.168.50.1:30080
              filter
                INPUT 1: matched
                INPUT 2: matched
                A 1: not -m tcp --dport 1
                A 2: matched
                B 1: matched
                A 3: matched
                INPUT 3: matched
              Accept
            """);
    }

    [Fact]
    public void The_end_of_a_chain_that_was_gone_to_returns_to_the_caller_of_the_chain_that_went()
    {
        Bed bed = new Bed().With(Filter,
            BuiltIn("INPUT", Jump("A"), Rule(null)),
            Chain("A", Rule(new GotoTarget("B")), Rule(new DropTarget())),
            Chain("B", Rule(null)));

        bed.Trace(Hook.Input, Syn()).Should().Be(
            """
            Input 192.168.50.10:40000 > 192.168.50.1:30080
              filter
                INPUT 1: matched
                A 1: matched
                B 1: matched
                INPUT 2: matched
                INPUT policy Accept
              Accept
            """);
    }

    [Fact]
    public void A_goto_from_a_built_in_chain_ends_at_its_policy()
    {
        Bed bed = new Bed().With(Filter,
            BuiltIn("FORWARD", ChainPolicy.Drop, Rule(new GotoTarget("A")), Rule(new AcceptTarget())),
            Chain("A", Rule(null)));

        bed.Run(Hook.Forward, Syn()).Should().Be(new HookVerdict(HookResult.Drop, DropCause.Policy, default, Filter, "FORWARD"));
        bed.PolicyCount(Filter, "FORWARD").Should().Be("[1:60]");
    }

    [Fact]
    public void RETURN_in_a_built_in_chain_reaches_its_policy()
    {
        Bed bed = new Bed().With(Filter, BuiltIn("INPUT", ChainPolicy.Drop, Rule(new ReturnTarget()), Rule(new AcceptTarget())));

        bed.Run(Hook.Input, Syn()).Cause.Should().Be(DropCause.Policy);
        bed.PolicyCount(Filter, "INPUT").Should().Be("[1:60]");
    }

    [Fact]
    public void A_rule_that_drops_or_rejects_is_named_by_table_chain_and_place()
    {
        Bed bed = new Bed().With(Filter,
            BuiltIn("INPUT", Jump("A")),
            Chain("A", Rule(null), Rule(new RejectTarget(RejectWith.AdminProhibited), Dport(30080)), Rule(new DropTarget())));

        bed.Run(Hook.Input, Syn()).Should().Be(
            new HookVerdict(HookResult.Reject, DropCause.Rule, RejectWith.AdminProhibited, Filter, "A", 1));
        bed.Run(Hook.Input, Syn(destinationPort: 1)).Should().Be(new HookVerdict(HookResult.Drop, DropCause.Rule, default, Filter, "A", 2));
    }

    [Fact]
    public void A_table_that_accepts_does_not_keep_a_later_table_from_dropping()
    {
        Bed bed = new Bed()
            .With(IptablesTable.Mangle, BuiltIn("INPUT", Rule(new AcceptTarget())))
            .With(Filter, BuiltIn("INPUT", Rule(new AcceptTarget())))
            .With(IptablesTable.Security, BuiltIn("INPUT", Rule(new DropTarget())));

        bed.Run(Hook.Input, Syn()).Table.Should().Be(IptablesTable.Security);
    }

    [Fact]
    public void Tables_come_in_the_order_of_their_priorities()
    {
        Bed bed = new Bed()
            .With(Filter)
            .With(IptablesTable.Security)
            .With(IptablesTable.Nat)
            .With(IptablesTable.Mangle)
            .With(IptablesTable.Raw);

        bed.Trace(Hook.Output, Syn(Node, Client), 0).Should().Be(
            """
            Output 192.168.50.1:40000 > 192.168.50.10:30080
              raw
                OUTPUT policy Accept
              mangle
                OUTPUT policy Accept
              filter
                OUTPUT policy Accept
              security
                OUTPUT policy Accept
              Accept
            """, "without a rule that needs it conntrack is off, and nat with it");
    }

    [Fact]
    public void A_namespace_without_tables_lets_everything_pass()
    {
        var bed = new Bed();

        foreach (Hook hook in Enum.GetValues<Hook>()) bed.Run(hook, Syn()).Should().Be(HookVerdict.Accept);
    }

    [Fact]
    public void MARK_clears_the_mask_and_toggles_the_value_and_the_walk_goes_on()
    {
        Bed bed = new Bed().With(Filter,
            BuiltIn("INPUT", Rule(MarkTarget.Or(0x4000)), Rule(MarkTarget.Or(0x4001)), Rule(MarkTarget.Xor(0x4000)), Rule(MarkTarget.And(0xF)),
                Rule(new MarkTarget(0x30, 0xF0)), Rule(new DropTarget(), new MarkMatch(0x31, Inverted: true))));
        SocketBuffer buffer = new(Syn(), Eth0);

        bed.Run(Hook.Input, ref buffer).Result.Should().Be(HookResult.Accept);
        buffer.Mark.Should().Be(0x31);
    }
}
