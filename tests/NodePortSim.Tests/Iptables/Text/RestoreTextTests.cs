using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Text;
using NodePortSim.Net;

namespace NodePortSim.Tests.Iptables.Text;

public sealed class RestoreTextTests
{
    public static TheoryData<string> KubeProxyTexts => new(TestTexts.Names(".restore").Where(static name => char.IsAsciiDigit(name[0])));

    [Theory]
    [MemberData(nameof(KubeProxyTexts))]
    public void A_text_of_kube_proxy_that_is_read_and_printed_again_is_the_same_text(string name)
    {
        string text = TestTexts.Read(name);

        RestoreInput input = RestoreReader.Read(text, SaveTextTests.FamilyOf(name));

        RestoreWriter.Write(input).Should().Be(text);
    }

    [Theory]
    [InlineData(2, "0.5000000000", "0.50000000000")]
    [InlineData(3, "0.3333333333", "0.33333333349")]
    [InlineData(5, "0.2000000000", "0.20000000019")]
    [InlineData(7, "0.1428571429", "0.14285714272")]
    [InlineData(11, "0.0909090909", "0.09090909082")]
    [InlineData(16, "0.0625000000", "0.06250000000")]
    [InlineData(2048, "0.0004882812", "0.00048828125")]
    public void A_probability_is_written_with_10_decimals_and_printed_back_as_the_kernel_has_it(int endpoints, string written, string saved)
    {
        var rule = new Rule { Matches = [new StatisticMatch(1.0 / endpoints)] };

        RestoreWriter.Write(rule, IpFamily.IPv4).Should().Be($"-m statistic --mode random --probability {written}");
        string text = RestoreWriter.Write(rule, IpFamily.IPv4);
        SaveWriter.Write(RestoreReader.ReadRule(text, IpFamily.IPv4), IpFamily.IPv4).Should().Be($"-m statistic --mode random --probability {saved}");
    }

    [Fact]
    public void A_source_range_of_one_host_keeps_its_prefix()
    {
        Rule rule = RestoreReader.ReadRule("-m comment --comment \"a b\" -s 203.0.113.5/32", IpFamily.IPv4);

        RestoreWriter.Write(rule, IpFamily.IPv4).Should().Be("-m comment --comment \"a b\" -s 203.0.113.5/32");
        rule.Should().Be(RestoreReader.ReadRule("-s 203.0.113.5 -m comment --comment \"a b\"", IpFamily.IPv4));
    }

    [Fact]
    public void Options_may_stand_in_any_order()
    {
        Rule rule = RestoreReader.ReadRule("-j DNAT --to-destination=10.0.0.1:80 --proto tcp --dport 8080 ! --source 10.0.0.0/8", IpFamily.IPv4);

        SaveWriter.Write(rule, IpFamily.IPv4).Should().Be("! -s 10.0.0.0/8 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.0.0.1:80");
    }
}
