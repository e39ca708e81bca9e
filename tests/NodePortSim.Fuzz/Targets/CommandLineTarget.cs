using NodePortSim.Cli;
using NodePortSim.Net;

namespace NodePortSim.Fuzz.Targets;

/// <summary>The command line: whatever the arguments and standard input are, it ends with 0, 1 or 2 and reports no internal error.</summary>
/// <remarks>An input has one argument a line, up to an empty line; the rest is standard input. Options that write files are left out.</remarks>
internal sealed class CommandLineTarget : IFuzzTarget
{
    private static readonly string[] Words =
    [
        "rules", "connect", "trace", "run", "--help", "--version", "-f", "-", "--file", "--node", "oak", "myk8s-worker", "--table", "nat", "filter", "mangle", "all", "--family", "ipv4", "ipv6", "--format", "save", "restore",
        "spec", "list", "--chain", "KUBE-SERVICES", "--from", "mypc", "via-oak", "app-oak", "--to", "10.96.0.1:80", "192.168.70.11:31080", "service/default/web:80", "oak:31080", "[fd70::11]:31810", "--count", "1", "3", "0", "-5",
        "99999999999", "--protocol", "tcp", "udp", "sctp", "icmp", "--source-port", "65536", "--timeout", "--seed", "18446744073709551615", "--kube-proxy", "1.30", "1.31", "1.36", "-o", "--output", "text", "json", "junit", "--level",
        "--fail", "@x", "--", "", "[suggest]", "[diagram]", "=", "--count=2", "no/such/file.yaml",
    ];

    private static readonly string[] Commands =
    [
        "rules\n-f\n-\n--node\noak", "connect\n-f\n-\n--from\nmypc\n--to\noak:31080", "trace\n-f\n-\n--from\napp-oak\n--to\n192.168.70.11:31080", "run\n-",
    ];

    /// <inheritdoc/>
    public string Name => "arguments";

    /// <inheritdoc/>
    public string Make(RandomSource random)
    {
        List<string> arguments = random.NextBelow(4) == 0 ? [] : [.. Commands[random.NextBelow((uint)Commands.Length)].Split('\n')];
        for (uint i = random.NextBelow(6); i > 0; i--)
        {
            int at = (int)random.NextBelow((uint)arguments.Count + 1);
            string word = random.NextBelow(12) == 0 ? new string((char)random.NextBelow(300), (int)random.NextBelow(4)) : Words[random.NextBelow((uint)Words.Length)];
            if (at < arguments.Count && random.NextBelow(3) == 0) arguments[at] = word;
            else arguments.Insert(at, word);
        }

        IEnumerable<string> lines = arguments.Select(static a => a.ReplaceLineEndings("")).Where(static a => a.Length > 0 && !a.StartsWith("--out", StringComparison.Ordinal));
        string standardInput = random.NextBelow(8) == 0 ? Mutator.From(Corpus.Scenarios, random)
            : random.NextBelow(2) == 0 ? Mutator.From(Corpus.Clusters, random) : Corpus.Clusters[(int)random.NextBelow((uint)Corpus.Clusters.Count)];
        return string.Join('\n', lines) + "\n\n" + standardInput;
    }

    /// <inheritdoc/>
    public void Check(string input)
    {
        int end = input.IndexOf("\n\n", StringComparison.Ordinal);
        using var standardInput = new StringReader(input[(end + 2)..]);
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = CommandLine.Run(input[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries), new CommandStreams(standardInput, output, error));
        FuzzException.ThrowUnless(code is >= 0 and <= 2, $"exit code {code}");
        FuzzException.ThrowUnless(!error.ToString().Contains("internal error", StringComparison.Ordinal), error.ToString());
        FuzzException.ThrowUnless(code != 2 || error.ToString().Length > 0, "it failed without a word");
    }
}
