using NodePortSim.Clusters.Kubectl;

namespace NodePortSim.Tests.Clusters.Kubectl;

public class HumanDurationTests
{
    [Theory]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(125, "2m5s")]
    [InlineData(599, "9m59s")]
    [InlineData(605, "10m")]
    [InlineData(3 * 3600 - 1, "179m")]
    [InlineData(3 * 3600, "3h")]
    [InlineData(5 * 3600 + 7 * 60, "5h7m")]
    [InlineData(8 * 3600 + 59 * 60, "8h")]
    [InlineData(47 * 3600, "47h")]
    [InlineData(48 * 3600, "2d")]
    [InlineData(51 * 3600, "2d3h")]
    [InlineData(8 * 86400 + 7200, "8d")]
    [InlineData(729 * 86400L, "729d")]
    [InlineData(735 * 86400L, "2y5d")]
    [InlineData(3000 * 86400L, "8y")]
    public void An_age_is_printed_as_kubectl_prints_it(long seconds, string text) =>
        HumanDuration.Format(TimeSpan.FromSeconds(seconds)).Should().Be(text);
}
