using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.Net;

namespace NodePortSim.Tests.Iptables.Text;

public sealed class ListingTests
{
    private readonly SavedRules _node = SaveReader.Read(TestTexts.Read("node.v4.counters.save"), IpFamily.IPv4);
    private readonly SavedRules _node6 = SaveReader.Read(TestTexts.Read("node.v6.save"), IpFamily.IPv6);

    [Theory]
    [InlineData("filter")]
    [InlineData("nat")]
    [InlineData("mangle")]
    [InlineData("raw")]
    public void Every_listing_is_the_real_tools(string table)
    {
        TableRules rules = _node.Rules[IptablesTables.Parse(table)!.Value]!;

        ListWriter.Write(rules, IpFamily.IPv4, _node.Counters).Should().Be(TestTexts.Read($"node.v4.{table}.list"));
        ListWriter.Write(rules, IpFamily.IPv4, _node.Counters, new ListOptions { Exact = true, LineNumbers = true })
            .Should().Be(TestTexts.Read($"node.v4.{table}.exact.list"));
        ListWriter.Write(rules, IpFamily.IPv4, _node.Counters, new ListOptions { Verbose = false })
            .Should().Be(TestTexts.Read($"node.v4.{table}.plain.list"));
        SpecWriter.Write(rules, IpFamily.IPv4).Should().Be(TestTexts.Read($"node.v4.{table}.spec"));
        SpecWriter.Write(rules, IpFamily.IPv4, _node.Counters).Should().Be(TestTexts.Read($"node.v4.{table}.counters.spec"));
    }

    [Theory]
    [InlineData("filter")]
    [InlineData("nat")]
    public void IPv6_listings_are_the_real_tools(string table)
    {
        TableRules rules = _node6.Rules[IptablesTables.Parse(table)!.Value]!;

        ListWriter.Write(rules, IpFamily.IPv6).Should().Be(TestTexts.Read($"node.v6.{table}.list"));
        SpecWriter.Write(rules, IpFamily.IPv6, _node6.Counters).Should().Be(TestTexts.Read($"node.v6.{table}.counters.spec"));
    }

    [Fact]
    public void One_chain_is_printed_alone()
    {
        TableRules filter = _node.Rules[IptablesTable.Filter]!;

        ListWriter.WriteChain(filter, "ONE", IpFamily.IPv4, _node.Counters).Should().Be(TestTexts.Read("node.v4.chain.list"));
        SpecWriter.WriteChain(filter, "ONE", IpFamily.IPv4).Should().Be(TestTexts.Read("node.v4.chain.spec"));
    }

    [Fact]
    public void A_chain_that_is_not_there_is_refused_in_the_tools_words()
    {
        Action act = () => SpecWriter.WriteChain(_node.Rules[IptablesTable.Nat]!, "NOPE", IpFamily.IPv4);

        act.Should().Throw<IptablesException>().WithMessage("chain `NOPE' in table `nat' is incompatible, use 'nft' tool.");
    }
}
