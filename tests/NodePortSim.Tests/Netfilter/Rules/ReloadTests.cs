using NodePortSim.Iptables;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;
using static NodePortSim.Tests.Netfilter.Rules.Bed;

namespace NodePortSim.Tests.Netfilter.Rules;

/// <summary>A reload looks at what has changed only; it must not take what a first load refuses, nor refuse what that takes.</summary>
public class ReloadTests
{
    private const IptablesTable Nat = IptablesTable.Nat;
    private const int Chains = 6, Tables = 3000, Edits = 4;

    [Fact]
    public void A_reload_takes_and_refuses_what_a_first_load_would_and_in_the_same_words()
    {
        int taken = 0, refused = 0;
        for (ulong seed = 1; seed <= Tables; seed++)
        {
            var random = new RandomSource(seed);
            var reloaded = new Bed();
            Dictionary<string, Chain> inForce = [];
            for (int edit = 0; edit <= Edits; edit++)
            {
                Dictionary<string, Chain> wanted = new(inForce);
                for (uint i = 0; i <= random.NextBelow(edit == 0 ? 6u : 2u); i++) Edit(random, wanted);
                string? expected = Load(new Bed(), wanted);
                Load(reloaded, wanted).Should().Be(expected, $"seed {seed}, edit {edit}");
                if (expected is null) inForce = wanted;
                _ = expected is null ? taken++ : refused++;
            }
        }

        taken.Should().BeGreaterThan(Tables);
        refused.Should().BeGreaterThan(Tables);
    }

    [Fact]
    public void A_chain_that_others_still_call_cannot_go()
    {
        Bed bed = new Bed().With(Nat, BuiltIn("OUTPUT", Jump("A")), Chain("A", Jump("B")), Chain("B"));
        Load(bed, new() { ["OUTPUT"] = BuiltIn("OUTPUT", Jump("A")), ["A"] = Chain("A", Jump("B")) })
            .Should().Be("table nat: chain A: Chain 'B' does not exist");
    }

    private static void Edit(RandomSource random, Dictionary<string, Chain> chains)
    {
        string name = random.NextBelow(3) switch { 0 => "PREROUTING", 1 => "POSTROUTING", _ => Name(random) };
        if (name.Length == 1 && random.NextBelow(4) == 0)
        {
            chains.Remove(name);
            return;
        }

        var rules = new List<Rule>();
        for (uint i = 0; i < random.NextBelow(4); i++)
        {
            rules.Add(random.NextBelow(6) switch
            {
                0 => Rule(new MasqueradeTarget()),
                1 => Rule(new DnatTarget(IpAddr.Parse("10.0.0.1"), null)),
                2 => Rule(new GotoTarget(Name(random))),
                _ => Jump(Name(random)),
            });
        }

        chains[name] = name.Length == 1 ? Chain(name, [.. rules]) : BuiltIn(name, [.. rules]);
    }

    private static string? Load(Bed bed, Dictionary<string, Chain> chains)
    {
        try
        {
            bed.With(Nat, [.. chains.OrderBy(static chain => chain.Key, StringComparer.Ordinal).Select(static chain => chain.Value)]);
            return null;
        }
        catch (ArgumentException refusal)
        {
            return refusal.Message;
        }
    }

    private static string Name(RandomSource random) => ((char)('A' + random.NextBelow(Chains))).ToString();
}
