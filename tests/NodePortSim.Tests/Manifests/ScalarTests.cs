using System.Numerics;
using NodePortSim.Manifests.Binding;
using NodePortSim.Manifests.Yaml;

namespace NodePortSim.Tests.Manifests;

public class ScalarTests
{
    [Theory]
    [InlineData("null", " ~ null Null NULL")]
    [InlineData("boolean", "true True TRUE false no No y N on OFF")]
    [InlineData("integer", "0 80 -1 +7 0x1F 010 0o17 0b11 1_000 18446744073709551615")]
    [InlineData("number", "1.5 1_0.5 .5 1. 1e3 -1.5E-3 .inf -.Inf .nan 18446744073709551616 08")]
    [InlineData("string", "nULL truE yEs 0x 0b2 1.2.3.4 10.0.0.0/8 ::1 1:30 - + . 2024-05-01 24h0m0s 0xg")]
    public void Plain_scalars_have_the_types_of_YAML_1_1(string type, string texts) =>
        texts.Split(' ').Should().AllSatisfy(text => Scalar(text).TypeName.Should().Be(type, text));

    [Theory]
    [InlineData("80", 80)]
    [InlineData("0x50", 80)]
    [InlineData("0120", 80)]
    [InlineData("0b1010000", 80)]
    [InlineData("-8_0", -80)]
    [InlineData("80.0", 80)]
    [InlineData("8e1", 80)]
    [InlineData("8_0.0", 80)]
    public void Integers_are_read_by_their_notation(string text, int value)
    {
        ScalarTypes.TryInteger(Scalar(text), out BigInteger read).Should().BeTrue();
        read.Should().Be(value);
    }

    [Theory]
    [InlineData("!!str 80", "string")]
    [InlineData("!!int \"80\"", "integer")]
    [InlineData("! 80", "string")]
    [InlineData("!local 80", "string")]
    [InlineData("\"80\"", "string")]
    [InlineData("'true'", "string")]
    [InlineData("|-\n 80", "string")]
    public void Quotes_and_tags_decide_before_the_text(string yaml, string type) =>
        YamlDocumentReader.Read(yaml, new NodePortSim.Manifests.DiagnosticList("y")).Single().Root.TypeName.Should().Be(type);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("24h0m0s", 86_400_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("-1.5s", -1_500)]
    [InlineData("+2m.5s", 120_500)]
    [InlineData("1500us", 1.5)]
    [InlineData("100ms200ns", 100.0002)]
    public void Durations_are_read_as_Go_writes_them(string text, double milliseconds)
    {
        GoDuration.TryParse(text, out TimeSpan value, out _).Should().BeTrue();
        value.Should().Be(TimeSpan.FromTicks((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond)));
    }

    [Theory]
    [InlineData("", "time: invalid duration \"\"")]
    [InlineData("-", "time: invalid duration \"-\"")]
    [InlineData("h", "time: invalid duration \"h\"")]
    [InlineData("1.2.3s", "time: invalid duration \"1.2.3s\"")]
    [InlineData("9999999999h", "time: invalid duration \"9999999999h\"")]
    [InlineData("10", "time: missing unit in duration \"10\"")]
    [InlineData("1d", "time: unknown unit \"d\" in duration \"1d\"")]
    public void Bad_durations_are_refused_in_Gos_words(string text, string problem)
    {
        GoDuration.TryParse(text, out _, out string found).Should().BeFalse();
        found.Should().Be(problem);
    }

    private static YamlScalar Scalar(string text) => new(new YamlPosition(1, 1), text, ScalarTypes.OfPlain(text));
}
