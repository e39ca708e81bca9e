using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Iptables.Text;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Paths;
using NodePortSim.Netfilter.Rules;
using NodePortSim.Netfilter.Tracing;
using NodePortSim.Routing;
using NodePortSim.Simulation;
using NodePortSim.Tests.Netfilter.Rules;

namespace NodePortSim.Tests.Fidelity;

/// <summary>The choice of an endpoint: what kube-proxy's rules say, what the kernel's 31 bits make of it, and what is drawn.</summary>
public sealed class RandomChoiceTests
{
    private const int MaxEndpoints = 200;

    /// <summary>The dispatch rules of a Service for each number of endpoints, as one cluster's kube-proxy writes them.</summary>
    private static readonly Lazy<Rule[][]> Dispatch = new(WriteRules);

    [Fact]
    public void Each_endpoint_has_exactly_the_probability_that_the_rules_say()
    {
        for (int n = 1; n <= MaxEndpoints; n++)
        {
            double reachedAsWritten = 1, reached = 1;
            int remaining = n;
            foreach (Rule rule in Dispatch.Value[n])
            {
                StatisticMatch? match = rule.Matches.OfType<StatisticMatch>().SingleOrDefault();
                double written = match is null ? 1 : double.Parse(ProbabilityText(rule), System.Globalization.CultureInfo.InvariantCulture);
                double quantised = match is null ? 1 : Math.Round(written * 2147483648.0) / 2147483648.0;
                (reached * quantised).Should().BeApproximately(reachedAsWritten * written, 1e-9, "{0} endpoints", n);
                (reached * quantised).Should().BeApproximately(1.0 / n, 1e-9, "{0} endpoints", n);
                written.Should().BeApproximately(1.0 / remaining--, 3e-10);
                reachedAsWritten *= 1 - written;
                reached *= 1 - quantised;
            }

            remaining.Should().Be(0);
            reached.Should().Be(0);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(75)]
    [InlineData(200)]
    public void A_million_draws_of_the_rule_interpreter_pass_the_chi_squared_test(int n)
    {
        Rule[] rules = Dispatch.Value[n];
        var bed = new Bed(seed: 41);
        Chain[] ends = [.. rules.Select(static rule => Bed.Chain(((JumpTarget)rule.Target!).Chain, Bed.Rule(new AcceptTarget())))];
        bed.With(IptablesTable.Raw, [Bed.BuiltIn("PREROUTING", rules), .. ends]);
        Packet syn = Bed.Syn();
        for (int i = 0; i < 1_000_000; i++) bed.Run(Hook.Prerouting, syn);
        int[] shares = [.. Enumerable.Range(0, n).Select(i => (int)bed.Machine.Counters(IpFamily.IPv4).OfRule(IptablesTable.Raw, "PREROUTING", i).Packets)];
        shares.Sum().Should().Be(1_000_000);
        shares.ChiSquared().Should().BeLessThanOrEqualTo(Critical(n - 1), "p > 0.001 for {0} endpoints", n);
    }

    /// <summary>
    /// A million draws for each number of endpoints. After its first rule a chain for n endpoints is the chain for n - 1, which is checked: so a draw
    /// that the first rule lets pass goes on as one of the draws for n - 1, each used once and in order, and 200 million decisions do for what would be
    /// ten thousand million. Rules decide by the code that decides when packets walk them.
    /// </summary>
    /// <remarks>
    /// 200 tests at p > 0.001 fail by chance with one seed of six, of a generator that is perfect. Here every one must pass, with the first seed that was
    /// tried; where a change of the generator draws otherwise, more than two failures, or one at p below 0.001 / 200, are no chance.
    /// </remarks>
    [Fact]
    public void A_million_draws_pass_the_chi_squared_test_for_every_number_of_endpoints()
    {
        const int draws = 1_000_000, together = 8;
        byte[] chosen = new byte[draws], before = new byte[draws];
        var failures = new List<string>();
        for (int first = 2; first <= MaxEndpoints; first += together)
        {
            bool[][] hits = new bool[Math.Min(together, MaxEndpoints + 1 - first)][];
            Parallel.For(0, hits.Length, i => hits[i] = DecideFirstRule(first + i, draws));
            for (int n = first; n < first + hits.Length; n++)
            {
                Thresholds(n).Skip(1).Should().Equal(Thresholds(n - 1));

                // Endpoints are numbered from the chain's end, so that the chain for n - 1 has the same numbers.
                (before, chosen) = (chosen, before);
                int[] shares = new int[n];
                int next = 0;
                for (int i = 0; i < draws; i++)
                {
                    byte endpoint = hits[n - first][i] ? (byte)(n - 1) : before[next++];
                    chosen[i] = endpoint;
                    shares[endpoint]++;
                }

                if (shares.ChiSquared() > Critical(n - 1)) failures.Add($"{n} endpoints: chi-squared {shares.ChiSquared():F1}, at most {Critical(n - 1):F1}");
            }
        }

        failures.Should().BeEmpty("p > 0.001 for each number of endpoints");
    }

    private static uint[] Thresholds(int n) => [.. Dispatch.Value[n].Select(static rule => rule.Matches.OfType<StatisticMatch>().SingleOrDefault()?.Threshold ?? uint.MaxValue)];

    /// <summary>Whether the first rule of the chain for n endpoints matches, again and again.</summary>
    private static bool[] DecideFirstRule(int n, int draws)
    {
        var clock = new VirtualTimeProvider();
        var tests = new RuleTests(new RoutingTable(), new ConntrackTable(new Sysctls(), clock, new RandomSource(1)), RandomSource.For(1, $"{n} endpoints"), new KernelClock(clock), new PathRecorder());
        var chain = new LoadedChain(IptablesTable.Nat, PreparedChain.Of(Bed.Chain("KUBE-SVC", Dispatch.Value[n])));
        var buffer = new SocketBuffer(Bed.Syn(), Bed.Eth0);
        var silent = new SilentTrace();
        bool[] hits = new bool[draws];
        for (int i = 0; i < draws; i++) hits[i] = tests.Test(chain, 0, chain.Prepared.Rules[0], ref buffer, ref silent) == RuleTests.AllHeld;
        return hits;
    }

    private static double Critical(int df) => df == 0 ? 0 : df * Math.Pow(1 - 2.0 / (9 * df) + 3.0902 * Math.Sqrt(2.0 / (9 * df)), 3);

    private static string ProbabilityText(Rule rule) => SaveWriter.Write(rule, IpFamily.IPv4).Split("--probability ")[1].Split(' ')[0];

    private static Rule[][] WriteRules()
    {
        var rules = new Rule[MaxEndpoints + 1][];
        Simulator sim = new KernelLab().Start();
        for (int n = 1; n <= MaxEndpoints; n++)
        {
            sim.SetEndpoints([.. Enumerable.Range(0, n).Select(static i => $"10.10.2.{20 + i}")]);
            Chain chain = sim.Node(KernelLab.Control).Iptables.Rules()[IptablesTable.Nat]!.Chains
                .Single(chain => chain.Name.StartsWith("KUBE-SVC-", StringComparison.Ordinal) && chain.Rules.Any(static rule => SaveWriter.Write(rule, IpFamily.IPv4).Contains("default/web:http ->", StringComparison.Ordinal)));
            rules[n] = [.. chain.Rules.Where(static rule => rule.Target is JumpTarget jump && jump.Chain.StartsWith("KUBE-SEP-", StringComparison.Ordinal))];
        }

        return rules;
    }
}
