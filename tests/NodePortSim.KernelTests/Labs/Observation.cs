using System.Globalization;
using System.Text.RegularExpressions;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.KernelTests.Labs;

/// <summary>
/// What one connection left behind on all nodes, in text: conntrack entries, counters of rules and of accounting objects that moved. What chance or
/// time decides is left out or named by its kind: remaining seconds, ports that were chosen at random.
/// </summary>
internal sealed partial class Observation
{
    private readonly List<string> _lines = [];

    /// <summary>The lines, in an order of their own.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>How many packets rules counted.</summary>
    public long Packets { get; private set; }

    /// <summary>How many conntrack entries there are.</summary>
    public int Entries { get; private set; }

    public bool Equals(Observation other) => _lines.SequenceEqual(other._lines);

    public Observation Complete()
    {
        _lines.Sort(StringComparer.Ordinal);
        return this;
    }

    /// <summary>Adds what came back to an echo request.</summary>
    public void AddAnswer(string answer) => _lines.Add("answer " + answer);

    /// <summary>Adds what the client learnt.</summary>
    public void AddConnection(LabConnection connection, IReadOnlySet<int> knownPorts)
    {
        _lines.Add("outcome " + connection.Outcome.LowerName());
        if (connection.Peer is { } peer)
            _lines.Add(string.Create(CultureInfo.InvariantCulture, $"served by {connection.Pod}, which saw {peer.Address} port {PortName(peer.Port.ToString(CultureInfo.InvariantCulture), knownPorts)}"));
    }

    /// <summary>Adds the lines of <c>conntrack -L</c>.</summary>
    /// <param name="node">Where they are.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="knownPorts">The ports that nothing chose at random.</param>
    public void AddConntrack(string node, IEnumerable<string> lines, IReadOnlySet<int> knownPorts)
    {
        foreach (string line in lines)
        {
            // Neighbour discovery and multicast are the kernel's own.
            if (line.Contains("icmpv6", StringComparison.Ordinal) || line.Contains(" dst=ff02:", StringComparison.Ordinal)) continue;
            string text = Port().Replace(Preamble().Replace(References().Replace(line, ""), "$1 "), match => match.Groups[1].Value + PortName(match.Groups[2].Value, knownPorts));
            _lines.Add($"{node} conntrack {text}");
            Entries++;
        }
    }

    /// <summary>Adds the rules whose counters moved between two texts of <c>iptables-save -c</c>.</summary>
    public void AddCounters(string node, IpFamily family, string before, string after)
    {
        Dictionary<string, (long Packets, long Bytes)> old = new(StringComparer.Ordinal);
        foreach ((string rule, long packets, long bytes) in Counters(before)) old[rule] = (packets, bytes);
        foreach ((string rule, long packets, long bytes) in Counters(after))
        {
            (long Packets, long Bytes) was = old.GetValueOrDefault(rule);
            if (packets == was.Packets || (family == IpFamily.IPv6 && CountsNeighbourDiscovery(rule))) continue;
            _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{node} v{(int)family} [{packets - was.Packets}:{bytes - was.Bytes}] {rule}"));
            Packets += packets - was.Packets;
        }
    }

    /// <summary>Adds the objects that moved between two texts of <c>nfacct list</c>.</summary>
    public void AddAccounting(string node, string before, string after)
    {
        var old = Accounting().Matches(before).ToDictionary(static m => m.Groups[3].Value, static m => m);
        foreach (Match match in Accounting().Matches(after))
        {
            long packets = Number(match, 1), bytes = Number(match, 2);
            if (old.TryGetValue(match.Groups[3].Value, out Match? was)) (packets, bytes) = (packets - Number(was, 1), bytes - Number(was, 2));
            if (packets != 0) _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{node} nfacct {match.Groups[3].Value} {packets} {bytes}"));
        }
    }

    /// <summary>The lines that only one of two observations has: − only this, + only the other.</summary>
    public IEnumerable<string> DifferenceTo(Observation other)
    {
        var left = _lines.CountBy(static line => line).ToDictionary();
        foreach (string line in other._lines)
        {
            if (left.GetValueOrDefault(line) > 0) left[line]--;
            else yield return "  + " + line;
        }

        foreach ((string line, int count) in left)
            for (int i = 0; i < count; i++) yield return "  - " + line;
    }

    private static IEnumerable<(string Rule, long Packets, long Bytes)> Counters(string save)
    {
        string table = "";
        var position = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string line in save.Split('\n'))
        {
            if (line.StartsWith('*')) table = line[1..];
            Match match = line.StartsWith(':') ? PolicyLine().Match(line) : RuleLine().Match(line);
            if (!match.Success) continue;
            string rule = table + " " + match.Groups["rule"].Value;

            // Equal rules of a chain are told apart by their order.
            int same = position[rule] = position.GetValueOrDefault(rule) + 1;
            yield return (same == 1 ? rule : $"{rule} #{same}", Number(match, "packets"), Number(match, "bytes"));
        }
    }

    /// <summary>Whether the kernel's own IPv6 packets, which conntrack leaves alone, count on a rule.</summary>
    private static bool CountsNeighbourDiscovery(string rule) =>
        !rule.StartsWith("nat ", StringComparison.Ordinal) && !rule.Contains("ctstate", StringComparison.Ordinal) && !rule.StartsWith("filter -A KUBE-FORWARD", StringComparison.Ordinal);

    private static string PortName(string port, IReadOnlySet<int> knownPorts)
    {
        int number = int.Parse(port, CultureInfo.InvariantCulture);
        if (knownPorts.Contains(number)) return port;
        return number switch
        {
            < 512 => "1-511",
            >= 600 and < 1024 => "600-1023",
            _ => "other",
        };
    }

    private static long Number(Match match, int group) => long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static long Number(Match match, string group) => long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(\S+) +\d+ \d+ ")]
    private static partial Regex Preamble();

    [GeneratedRegex(" use=\\d+")]
    private static partial Regex References();

    [GeneratedRegex(@"(sport=|dport=)(\d+)")]
    private static partial Regex Port();

    [GeneratedRegex(@"pkts = (\d+), bytes = (\d+) \} = (\S+);")]
    private static partial Regex Accounting();

    [GeneratedRegex(@"^:(?<rule>\S+ (ACCEPT|DROP)) \[(?<packets>\d+):(?<bytes>\d+)\]")]
    private static partial Regex PolicyLine();

    [GeneratedRegex(@"^\[(?<packets>\d+):(?<bytes>\d+)\] (?<rule>-A .*)$")]
    private static partial Regex RuleLine();
}
