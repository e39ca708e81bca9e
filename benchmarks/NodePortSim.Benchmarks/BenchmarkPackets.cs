using NodePortSim.Net;

namespace NodePortSim.Benchmarks;

/// <summary>The packets of clients' connections to node ports, and of servers' answers.</summary>
internal static class BenchmarkPackets
{
    private const uint ServerSequence = 9000;
    private const uint FlowsPerClient = 50_000;

    /// <summary>The SYN of a flow to a Service's node port; each flow has its own client port.</summary>
    /// <param name="flow">The flow's number.</param>
    /// <param name="service">The Service's number.</param>
    /// <param name="firstClient">The IPv4 address of the first client; others follow it.</param>
    public static Packet Syn(uint flow, uint service, uint firstClient) => new()
    {
        Source = IpAddr.FromIPv4(firstClient + flow / FlowsPerClient),
        Destination = BenchmarkCluster.NodeAddress,
        SourcePort = (ushort)(10_000 + flow % FlowsPerClient),
        DestinationPort = (ushort)(BenchmarkCluster.FirstNodePort + service),
        Protocol = Protocol.Tcp,
        Flags = TcpFlags.Syn,
        Ttl = 64,
        WindowScale = 7,
        Window = 64240,
        Sequence = flow,
        Length = 60,
    };

    /// <summary>The answer to a SYN, as its receiver sends it.</summary>
    public static Packet SynAck(in Packet syn) => syn with
    {
        Source = syn.Destination,
        Destination = syn.Source,
        SourcePort = syn.DestinationPort,
        DestinationPort = syn.SourcePort,
        Flags = TcpFlags.Syn | TcpFlags.Ack,
        Ttl = 64,
        Sequence = ServerSequence,
        Acknowledgment = syn.Sequence + 1,
    };

    /// <summary>A segment of the client's, once the connection stands. Its window may differ from packet to packet, so that it is none that is sent again.</summary>
    public static Packet Segment(Packet syn, ushort window = 64240)
    {
        syn.Flags = TcpFlags.Ack;
        syn.Sequence++;
        syn.Acknowledgment = ServerSequence + 1;
        syn.WindowScale = -1;
        syn.Window = window;
        syn.Length = 52;
        return syn;
    }

    /// <summary>A segment of the server's, once the connection stands.</summary>
    public static Packet ServerSegment(in Packet synAck) =>
        synAck with { Flags = TcpFlags.Ack, Sequence = ServerSequence + 1, WindowScale = -1, Length = 52 };
}
