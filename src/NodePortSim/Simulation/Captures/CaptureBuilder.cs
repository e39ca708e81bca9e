using NodePortSim.Collections;
using NodePortSim.Net;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Simulation.Captures;

/// <summary>Makes a capture of a trace: each hop gives the packet as it came in, and as it left.</summary>
internal sealed class CaptureBuilder(Trace trace)
{
    private readonly List<CaptureInterface> _interfaces = [];
    private readonly List<CapturedPacket> _packets = [];

    public Capture Build()
    {
        string verdict = TraceText.Verdict(trace);
        var origin = default(PacketOrigin);
        TraceHop? previous = null;
        foreach (TraceHop hop in trace.Hops)
        {
            // What came in by no interface was made here, in answer to what came last.
            if (hop.InInterface is null) origin = new PacketOrigin(Milliseconds(hop.Time), origin.Timestamp, previous?.PacketOut);
            Add(hop, origin, previous is null ? verdict : "");
            previous = hop;
        }

        return new Capture { Comment = verdict, Interfaces = _interfaces.ToEquatableArray(), Packets = _packets.ToEquatableArray() };
    }

    private void Add(TraceHop hop, in PacketOrigin origin, string verdict)
    {
        // What the host did is told beside what it made of the packet; where nothing left it, beside what came.
        string story = string.Join('\n', new[] { verdict }.Concat(TraceSteps.Deciding(hop).Select(Line)).Where(static line => line.Length > 0));
        if (hop.InInterface is { } input) Add(hop, input, isOutbound: false, hop.Packet, origin, hop.OutInterface is null ? story : "");
        if (hop.OutInterface is { } output) Add(hop, output, isOutbound: true, hop.PacketOut, origin, story);
    }

    private void Add(TraceHop hop, string name, bool isOutbound, in Packet packet, in PacketOrigin origin, string comment)
    {
        var place = new CaptureInterface($"{hop.Host}/{name}", hop.Role);
        int index = _interfaces.IndexOf(place);
        if (index < 0)
        {
            index = _interfaces.Count;
            _interfaces.Add(place);
        }

        byte[] bytes = PacketBytes.Of(packet, origin);
        int captured = Math.Min(bytes.Length, SnapLength(packet));
        _packets.Add(new CapturedPacket(index, hop.Time, isOutbound, bytes[..captured].ToEquatableArray(), bytes.Length, comment));
    }

    // The simulation knows how long payloads are, not what is in them. A reader would take made-up bytes at port 53 for a broken DNS message.
    private static int SnapLength(in Packet packet)
    {
        int header = packet.Source.IsIPv4 ? 20 : 40;
        if (IsWellKnownUdp(packet.Tuple)) return header + 8;
        return packet.IsIcmpError && IsWellKnownUdp(packet.Quoted) ? header + 8 + header + 8 : int.MaxValue;
    }

    private static bool IsWellKnownUdp(in FlowTuple flow) => flow.Protocol == Protocol.Udp && Math.Min(flow.SourcePort, flow.DestinationPort) < 1024;

    private static string Line(TraceLine line)
    {
        string text = line.What.Length > 0 ? $"{line.Where}: {line.What}" : line.Where;
        return line.Why.Length > 0 ? $"{text} ({line.Why})" : text;
    }

    // What the TCP timestamp option counts.
    private static uint Milliseconds(DateTimeOffset time) => (uint)(time.UtcTicks / TimeSpan.TicksPerMillisecond);
}
