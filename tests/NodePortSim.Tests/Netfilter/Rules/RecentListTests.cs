using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Rules;
using static NodePortSim.Tests.Netfilter.Rules.Bed;

namespace NodePortSim.Tests.Netfilter.Rules;

public class RecentListTests
{
    private const IptablesTable Filter = IptablesTable.Filter;
    private const string Chain1 = "INPUT";

    [Fact]
    public void A_check_holds_for_its_seconds_from_the_last_set_and_does_not_refresh()
    {
        Bed bed = Affinity(seconds: 2);

        Connect(bed).Should().BeFalse("nobody is remembered yet");
        bed.Wait(1.5);
        Connect(bed).Should().BeTrue();
        bed.Wait(1.5);
        Connect(bed).Should().BeTrue("each connection sets the time anew");
        bed.Wait(2.3);
        Connect(bed).Should().BeFalse();
    }

    [Fact]
    public void A_check_at_exactly_its_seconds_still_holds()
    {
        Bed bed = Affinity(seconds: 2);
        Connect(bed);
        bed.Wait(2);
        Connect(bed).Should().BeTrue();
        bed.Wait(2.004);
        Connect(bed).Should().BeFalse();
    }

    [Fact]
    public void A_list_remembers_100_addresses_and_forgets_the_one_that_was_updated_longest_ago()
    {
        Bed bed = Affinity(seconds: 10800);
        for (int i = 0; i < 100; i++) Connect(bed, $"10.1.0.{i}");
        bed.Wait(1);
        Connect(bed, "10.1.0.0").Should().BeTrue();
        for (int i = 100; i < 129; i++) Connect(bed, $"10.1.0.{i}").Should().BeFalse();

        RecentList list = bed.Machine.RecentLists["L"]!;
        list.Count.Should().Be(100);
        list.Contains(Net.IpAddr.Parse("10.1.0.0")).Should().BeTrue("it came again");
        for (int i = 1; i < 30; i++) list.Contains(Net.IpAddr.Parse($"10.1.0.{i}")).Should().BeFalse("{0} is among the oldest", i);
        for (int i = 30; i < 129; i++) list.Contains(Net.IpAddr.Parse($"10.1.0.{i}")).Should().BeTrue("{0} is young", i);
    }

    [Fact]
    public void Reaping_removes_one_aged_address_a_check_and_only_if_the_checked_one_is_listed()
    {
        Bed bed = Affinity(seconds: 10, reap: true);
        Connect(bed, "10.1.0.1");
        Connect(bed, "10.1.0.2");
        bed.Wait(8);
        Connect(bed, "10.1.0.3");
        bed.Wait(4);
        RecentList list = bed.Machine.RecentLists["L"]!;

        Check(bed, "10.9.9.9");
        list.Count.Should().Be(3, "a stranger's check reaps nothing");
        Check(bed, "10.1.0.3");
        list.Count.Should().Be(2);
        list.Contains(Net.IpAddr.Parse("10.1.0.1")).Should().BeFalse("it was the oldest");
        Check(bed, "10.1.0.3");
        list.Count.Should().Be(1);
        Check(bed, "10.1.0.3");
        list.Count.Should().Be(1, "what is left is not aged");
    }

    [Fact]
    public void Update_refreshes_only_what_it_finds_and_remove_takes_it_out()
    {
        Bed bed = new Bed().With(Filter, BuiltIn(Chain1,
            Rule(null, Dport(1), new RecentMatch(RecentMode.Set, "L")),
            Rule(null, Dport(2), new RecentMatch(RecentMode.Update, "L") { Seconds = 10 }),
            Rule(null, Dport(3), new RecentMatch(RecentMode.Remove, "L"))));
        void Send(ushort port) => bed.Run(Hook.Input, Syn(destinationPort: port));

        Send(2);
        bed.Count(Filter, Chain1, 1).Should().Be("[0:0]");
        Send(1);
        for (int i = 0; i < 4; i++)
        {
            bed.Wait(8);
            Send(2);
        }

        bed.Count(Filter, Chain1, 1).Should().Be("[4:240]", "each update set the time anew");
        Send(3);
        Send(3);
        bed.Count(Filter, Chain1, 2).Should().Be("[1:60]");
        Send(2);
        bed.Count(Filter, Chain1, 1).Should().Be("[4:240]");
    }

    [Fact]
    public void The_list_survives_other_rules_while_one_refers_to_it()
    {
        Bed bed = Affinity(seconds: 100);
        Connect(bed);
        bed.With(Filter, BuiltIn(Chain1, Rule(null), Rule(null, new RecentMatch(RecentMode.Check, "L"))));
        bed.Machine.RecentLists["L"]!.Count.Should().Be(1);

        bed.With(Filter, BuiltIn(Chain1));
        bed.Machine.RecentLists["L"].Should().BeNull();
    }

    [Fact]
    public void The_text_has_the_times_in_jiffies_and_the_place_of_the_next()
    {
        Bed bed = Affinity(seconds: 10800);
        for (int i = 0; i < 4; i++)
        {
            Connect(bed);
            bed.Wait(0.1);
        }

        bed.Machine.RecentLists["L"]!.List().Should().Be(
            "src=192.168.50.10 ttl: 64 last_seen: 4294892371 oldest_pkt: 4 4294892296, 4294892321, 4294892346, 4294892371\n");
    }

    [Fact]
    public void Of_an_address_the_last_32_times_are_kept()
    {
        Bed bed = Affinity(seconds: 10800);
        for (int i = 0; i < 33; i++)
        {
            Connect(bed);
            bed.Wait(0.004);
        }

        string text = bed.Machine.RecentLists["L"]!.List();
        text.Should().StartWith("src=192.168.50.10 ttl: 64 last_seen: 4294892328 oldest_pkt: 1 4294892328, 4294892297, ");
        text.Split(", ").Should().HaveCount(32);
    }

    /// <summary>As kube-proxy's session affinity: a check, and a set for each connection.</summary>
    private static Bed Affinity(int seconds, bool reap = false) => new Bed().With(Filter, BuiltIn(Chain1,
        Rule(null, new RecentMatch(RecentMode.Check, "L") { Seconds = seconds, Reap = reap }),
        Rule(null, Dport(30080), new RecentMatch(RecentMode.Set, "L"))));

    /// <summary>A connection; returns whether its address was remembered.</summary>
    private static bool Connect(Bed bed, string source = Client) => Passes(bed, source, 30080);

    /// <summary>A packet that only checks.</summary>
    private static bool Check(Bed bed, string source) => Passes(bed, source, 1);

    private static bool Passes(Bed bed, string source, ushort port)
    {
        string before = bed.Count(Filter, Chain1, 0);
        bed.Run(Hook.Input, Syn(source, destinationPort: port));
        return bed.Count(Filter, Chain1, 0) != before;
    }
}
