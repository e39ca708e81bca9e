using NodePortSim.Iptables.Text;
using NodePortSim.Net;

namespace NodePortSim.Tests.Iptables.Text;

public sealed class ReaderErrorTests
{
    [Fact]
    public void All_errors_of_a_text_are_reported_with_their_places()
    {
        const string Text =
            """
            *nat
            :PREROUTING ACCEPT [0:0]
            :A - [0:0]
            -A PREROUTING -j NOSUCH
            -A A --bogus -j ACCEPT
            -A A -p tcp -m tcp --dport 99999
            -A MISSING -j ACCEPT
            -A A -m comment --comment "open
            foo
            COMMIT
            *bogus
            """;

        Action act = () => SaveReader.Read(Text, IpFamily.IPv4, "rules.txt");

        act.Should().Throw<IptablesTextException>().WithMessage(
            """
            rules.txt:4:18: Chain 'NOSUCH' does not exist
            rules.txt:5:6: unknown option "--bogus"
            rules.txt:6:28: invalid port/service `99999' specified
            rules.txt:7:4: Chain 'MISSING' does not exist
            rules.txt:8:27: unterminated quote
            rules.txt:9:1: Bad argument `foo'
            rules.txt:11:1: line 11 table name 'bogus' invalid
            """);
    }

    [Theory]
    [InlineData("-m bogus", "Couldn't load match `bogus':No such file or directory")]
    [InlineData("-j", "option \"-j\" requires an argument")]
    [InlineData("-p tcp -m tcp --dport", "option \"--dport\" requires an argument")]
    [InlineData("-p tcp -m tcp --dport x", "invalid port/service `x' specified")]
    [InlineData("-p tcp -m tcp --dport 80 --dport 81", "Only one `--destination-port' allowed")]
    [InlineData("-s 1.2.3.400", "host/network `1.2.3.400' not found")]
    [InlineData("-s fd00::1", "host/network `fd00::1' not found")]
    [InlineData("-s 1.2.3.4/33", "invalid mask `33' specified")]
    [InlineData("-p foo", "unknown protocol \"foo\" specified")]
    [InlineData("-p tcp -p udp", "multiple -p flags not allowed")]
    [InlineData("-j ACCEPT -g Y", "multiple -g flags not allowed")]
    [InlineData("! -j ACCEPT", "cannot have ! before -j")]
    [InlineData("-j MARK", "MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required")]
    [InlineData("-j CONNMARK", "CONNMARK target: No operation specified")]
    [InlineData("-j DNAT", "DNAT: option \"--to-destination\" must be specified")]
    [InlineData("-j DNAT --to-destination foo", "Bad IP address \"foo\"")]
    [InlineData("-j DNAT --to-destination 1.2.3.4:80", "Need TCP, UDP, SCTP or DCCP with port specification")]
    [InlineData("-m multiport --dports 80", "multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'")]
    [InlineData("-j REJECT --reject-with foo", "unknown reject type \"foo\"")]
    [InlineData("-m statistic --mode foo", "Bad mode \"foo\"")]
    [InlineData("-m statistic --mode random --probability 2", "statistic: bad value for option \"--probability\", or out of range (0-1).")]
    [InlineData("-m statistic --mode nth --every 3", "statistic: option \"--every\" also requires \"--packet\".")]
    [InlineData("-m conntrack --ctstate FOO", "Bad ctstate \"FOO\"")]
    [InlineData("-m conntrack", "conntrack: At least one option is required")]
    [InlineData("-m state --state SNAT", "Bad state \"SNAT\"")]
    [InlineData("-m addrtype", "addrtype: you must specify --src-type or --dst-type")]
    [InlineData("-m addrtype --dst-type FOO", "addrtype: bad type \"FOO\"")]
    [InlineData("-m mark --mark zz", "mark: bad integer value for option \"--mark\", or out of range.")]
    [InlineData("-m recent --name x", "recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'")]
    [InlineData("-m recent --rcheck --reap", "recent: option \"--reap\" also requires \"--seconds\".")]
    [InlineData("-m recent --rcheck --hitcount 3", "recent: \"--hitcount\" is not supported")]
    [InlineData("-m limit --limit 0/s", "bad rate \"0/s\"'")]
    [InlineData("-m iprange", "iprange match: You must specify `--src-range' or `--dst-range'")]
    [InlineData("-p icmp -m icmp --icmp-type foo", "Unknown ICMP type `foo'")]
    [InlineData("-i eth0123456789012", "interface name `eth0123456789012' must be shorter than IFNAMSIZ (15)")]
    public void A_wrong_rule_is_refused_in_iptables_words(string arguments, string message)
    {
        Action act = () => RestoreReader.ReadRule(arguments, IpFamily.IPv4);

        act.Should().Throw<IptablesTextException>().Which.Errors.Should().ContainSingle().Which.Message.Should().Be(message);
    }

    [Fact]
    public void A_text_without_COMMIT_is_refused()
    {
        Action act = () => RestoreReader.Read("*filter\n:A - [0:0]\n", IpFamily.IPv4);

        act.Should().Throw<IptablesTextException>().WithMessage("*COMMIT expected at line*");
    }
}
