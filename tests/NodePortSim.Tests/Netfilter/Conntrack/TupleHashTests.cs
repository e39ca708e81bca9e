using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;

namespace NodePortSim.Tests.Netfilter.Conntrack;

/// <summary>Flows as clusters have them are alike in most bits; the bits of the hash that are used must not be.</summary>
public class TupleHashTests
{
    private const int Flows = 1 << 16;

    private static readonly string[] AllShapes = ["ports", "clients", "services", "grid", "answers", "IPv6 clients", "IPv6 ports"];

    public static TheoryData<string> Shapes => [.. AllShapes];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_run_of_bits_that_is_used_is_even(string shape)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var hash = new TupleHash(new RandomSource(seed));
            uint[] hashes = [.. Enumerable.Range(0, Flows).Select(i => hash.KeyOf(Flow(shape, (uint)i)).Hash)];

            // Buckets by the low bits, tags by the high ones, and tags inside a bucket; far more than a tenth would be worse than chance.
            Unevenness(hashes, static h => h & 0xFFF, 4096).Should().BeLessThan(1.3, $"low bits, seed {seed}");
            Unevenness(hashes, static h => h >> 20, 4096).Should().BeLessThan(1.3, $"high bits, seed {seed}");
            Unevenness(hashes, static h => h >> 25 << 5 | h & 31, 4096).Should().BeLessThan(1.3, $"both, seed {seed}");
            hashes.Distinct().Count().Should().BeGreaterThan(Flows - 12, $"seed {seed}");
        }
    }

    [Fact]
    public void Other_ports_give_the_hash_that_the_whole_tuple_has()
    {
        var hash = new TupleHash(new RandomSource(1));
        foreach (string shape in AllShapes)
        {
            FlowTuple tuple = Flow(shape, 7), other = tuple with { SourcePort = 99, DestinationPort = 3 };
            hash.WithPorts(hash.KeyOf(tuple), TupleKey.PortsOf(other)).Should().Be(hash.KeyOf(other));
        }
    }

    [Fact]
    public void A_packet_has_the_key_of_its_tuple()
    {
        var hash = new TupleHash(new RandomSource(1));
        foreach (string shape in AllShapes)
        {
            FlowTuple tuple = Flow(shape, 7);
            var packet = new Packet
            {
                Source = tuple.Source,
                Destination = tuple.Destination,
                SourcePort = tuple.SourcePort,
                DestinationPort = tuple.DestinationPort,
                Protocol = tuple.Protocol,
            };
            hash.KeyOf(packet).Should().Be(hash.KeyOf(tuple), shape);
        }
    }

    /// <summary>Chi square over its expectation: 1 for chance, less for what is more even than that.</summary>
    private static double Unevenness(uint[] hashes, Func<uint, uint> slot, int slots)
    {
        var counts = new int[slots];
        foreach (uint hash in hashes) counts[slot(hash)]++;
        double expected = (double)hashes.Length / slots;
        return counts.Sum(count => (count - expected) * (count - expected) / expected) / (slots - 1);
    }

    private static FlowTuple Flow(string shape, uint i) => shape switch
    {
        "ports" => new FlowTuple(ConntrackLab.Client, ConntrackLab.Node, (ushort)i, 30080, Protocol.Tcp),
        "clients" => new FlowTuple(IpAddr.FromIPv4(0x0A000000 + i), ConntrackLab.Node, 40000, 30080, Protocol.Tcp),
        "services" => new FlowTuple(ConntrackLab.Client, IpAddr.FromIPv4(0x0A600000 + i), 40000, 80, Protocol.Udp),
        "grid" => new FlowTuple(IpAddr.FromIPv4(0xC0A80000 + (i & 255)), ConntrackLab.Node, (ushort)(32768 + (i >> 8)), 30080, Protocol.Tcp),
        "answers" => new FlowTuple(IpAddr.FromIPv4(0x0A0A0000 + (i & 63)), ConntrackLab.Masquerade, 8080, (ushort)(1024 + (i >> 6)), Protocol.Tcp),
        "IPv6 clients" => new FlowTuple(new IpAddr(0xFD00_0000_0000_0000, i), new IpAddr(0xFD00_0000_0000_0001, 1), 40000, 80, Protocol.Tcp),
        _ => new FlowTuple(new IpAddr(0xFD00_0000_0000_0000, 1), new IpAddr(0xFD00_0000_0000_0001, 1), (ushort)i, 80, Protocol.Tcp),
    };
}
