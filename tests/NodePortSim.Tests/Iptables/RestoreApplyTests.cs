using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.Net;

namespace NodePortSim.Tests.Iptables;

public sealed class RestoreApplyTests
{
    private const string Start =
        """
        *filter
        :INPUT ACCEPT [0:0]
        :FORWARD ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        :B - [0:0]
        :D - [0:0]
        :KEPT - [0:0]
        -A INPUT -s 1.1.1.1/32 -j B
        -A B -j D
        -A D -j ACCEPT
        -A KEPT -j DROP
        COMMIT

        """;

    private readonly RuleSet _start = SaveReader.Read(Start, IpFamily.IPv4).Rules;

    [Fact]
    public void Declared_chains_are_made_or_emptied_and_all_others_stay_the_same_objects()
    {
        RestoreResult result = Apply(":A - [0:0]\n:B - [0:0]\n:C - [0:0]\n-A A -j C\n-A B -j ACCEPT\n-I INPUT -j A\n-A INPUT -j DROP\n");

        SaveWriter.Write(result.Rules).Should().Be(
            """
            *filter
            :INPUT ACCEPT [0:0]
            :FORWARD ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            :A - [0:0]
            :B - [0:0]
            :C - [0:0]
            :D - [0:0]
            :KEPT - [0:0]
            -A INPUT -j A
            -A INPUT -s 1.1.1.1/32 -j B
            -A INPUT -j DROP
            -A A -j C
            -A B -j ACCEPT
            -A D -j ACCEPT
            -A KEPT -j DROP
            COMMIT

            """);
        result.Changes.Should().BeEquivalentTo(
        [
            new ChainChange(IptablesTable.Filter, "A", ChainChangeKind.Created),
            new ChainChange(IptablesTable.Filter, "B", ChainChangeKind.Flushed),
            new ChainChange(IptablesTable.Filter, "C", ChainChangeKind.Created),
            new ChainChange(IptablesTable.Filter, "INPUT", ChainChangeKind.Extended, 1),
        ]);
        ChainOf(result.Rules, "KEPT").Should().BeSameAs(ChainOf(_start, "KEPT"));
    }

    [Fact]
    public void A_declared_built_in_chain_keeps_its_rules_and_gets_a_policy_only_if_one_is_given()
    {
        Save(Apply(":INPUT - [0:0]\n")).Should().Be(Start);
        Save(Apply(":INPUT DROP [0:0]\n")).Should().Be(Start.Replace("INPUT ACCEPT", "INPUT DROP", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_noflush_only_what_the_text_says_is_left()
    {
        RestoreInput input = RestoreReader.Read("*filter\n:KEPT - [0:0]\n-A INPUT -j KEPT\nCOMMIT\n", IpFamily.IPv4);

        RestoreResult result = _start.Apply(input, noflush: false);

        Save(result).Should().Be("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:KEPT - [0:0]\n-A INPUT -j KEPT\nCOMMIT\n");
        result.Changes.Should().Contain(new ChainChange(IptablesTable.Filter, "B", ChainChangeKind.Deleted))
            .And.Contain(new ChainChange(IptablesTable.Filter, "KEPT", ChainChangeKind.Flushed));
    }

    [Fact]
    public void A_chain_can_be_deleted_in_the_text_that_flushes_its_callers()
    {
        RestoreResult result = Apply(":B - [0:0]\n:D - [0:0]\n-X D\n");

        result.Rules[IptablesTable.Filter]!.TryGetChain("D", out _).Should().BeFalse();
        result.Changes.Should().Contain(new ChainChange(IptablesTable.Filter, "D", ChainChangeKind.Deleted));
        result.Rules[IptablesTable.Filter]!.ReferencesTo("B").Should().Be(1);
    }

    [Theory]
    [InlineData(":D - [0:0]\n-X D\n", "CHAIN_DEL failed (Device or resource busy): chain D", 4)]
    [InlineData("-X KEPT\n", "CHAIN_DEL failed (Device or resource busy): chain KEPT", 4)]
    [InlineData("-X INPUT\n", "CHAIN_DEL failed (Device or resource busy): chain INPUT", 4)]
    [InlineData(":K - [0:0]\n-A INPUT -j K\n-X K\n", "CHAIN_DEL failed (Device or resource busy): chain K", 4)]
    [InlineData("-X NOPE\n", "No chain/target/match by that name.", 1)]
    [InlineData("-A NOPE -j ACCEPT\n", "No chain/target/match by that name.", 1)]
    [InlineData("-A INPUT -j NOPE\n", "Chain 'NOPE' does not exist", 2)]
    [InlineData("-A INPUT -g OUTPUT\n", "RULE_APPEND failed (Operation not supported): rule in chain INPUT", 4)]
    public void What_the_kernel_refuses_is_refused_in_its_words(string commands, string message, int exitStatus)
    {
        Action act = () => Apply(commands);

        RestoreException refused = act.Should().Throw<RestoreException>().WithMessage(message).Which;
        refused.ExitStatus.Should().Be(exitStatus);
        refused.Applied!.Rules.Should().BeSameAs(_start);
    }

    [Fact]
    public void Tables_before_a_refused_one_stay_applied()
    {
        RestoreInput input = RestoreReader.Read("*nat\n:N - [0:0]\nCOMMIT\n*filter\n:M - [0:0]\n-X NOPE\nCOMMIT\n", IpFamily.IPv4);

        Action act = () => _start.Apply(input);

        RuleSet applied = act.Should().Throw<RestoreException>().Which.Applied!.Rules;
        applied[IptablesTable.Nat]!.TryGetChain("N", out _).Should().BeTrue();
        applied[IptablesTable.Filter].Should().BeSameAs(_start[IptablesTable.Filter]);
    }

    [Fact]
    public void The_order_of_chains_and_the_references_are_right_after_many_small_restores()
    {
        const ulong Seed = 11;
        var random = new RandomSource(Seed);
        RuleSet rules = SaveReader.Read("*nat\n" + string.Concat(Enumerable.Range(0, 200).Select(static i => $":C{i} - [0:0]\n")) + "COMMIT\n", IpFamily.IPv4).Rules;
        for (int round = 0; round < 100; round++)
        {
            _ = SaveWriter.Write(rules);
            string text = "*nat\n";
            string commands = "";
            for (int i = 0; i < 5; i++)
            {
                string name = $"C{random.NextBelow(300)}";
                text += $":{name} - [0:0]\n";
                commands += $"-A {name} -j C{random.NextBelow(5)}\n";
            }

            commands += $"-X C{1000 + round}\n";
            rules = rules.Apply(RestoreReader.Read($"{text}:C0 - [0:0]\n:C1 - [0:0]\n:C2 - [0:0]\n:C3 - [0:0]\n:C4 - [0:0]\n:C{1000 + round} - [0:0]\n{commands}COMMIT\n", IpFamily.IPv4)).Rules;
            TableRules table = rules[IptablesTable.Nat]!;
            TableRules fresh = new(IptablesTable.Nat, table.Chains);
            table.Chains.Select(static chain => chain.Name).Should().Equal(fresh.Chains.Select(static chain => chain.Name), "seed {0} round {1}", Seed, round);
            table.Chains.Select(chain => table.ReferencesTo(chain.Name)).Should().Equal(fresh.Chains.Select(chain => fresh.ReferencesTo(chain.Name)), "seed {0} round {1}", Seed, round);
        }
    }

    private RestoreResult Apply(string commands) => _start.Apply(RestoreReader.Read($"*filter\n{commands}COMMIT\n", IpFamily.IPv4));

    private static string Save(RestoreResult result) => SaveWriter.Write(result.Rules);

    private static Chain ChainOf(RuleSet rules, string name) =>
        rules[IptablesTable.Filter]!.TryGetChain(name, out Chain? chain) ? chain : throw new KeyNotFoundException(name);
}
