using NodePortSim.Collections;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Simulation.Captures;

/// <summary>What a capture on every interface that a traced packet and its answer passed would show: real bytes, with right checksums. Immutable; thread-safe.</summary>
/// <remarks>
/// Packets are raw IP: a simulation has no Ethernet frames, and none are made up. A packet is there once for each interface that it came in by or left by, so
/// that one that never left its host is not there at all; <see cref="Comment"/> tells what became of it.
/// </remarks>
public sealed record Capture
{
    /// <summary>The verdict on the connection, in one sentence.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The interfaces, in the order in which they were met.</summary>
    public EquatableArray<CaptureInterface> Interfaces { get; init; }

    /// <summary>The packets, in order.</summary>
    public EquatableArray<CapturedPacket> Packets { get; init; }

    /// <summary>Captures the packets of a trace.</summary>
    /// <param name="trace">The trace.</param>
    public static Capture Of(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return new CaptureBuilder(trace).Build();
    }

    /// <summary>Writes the capture as a pcapng file, which Wireshark and tshark read: an interface for each of ours, comments on packets, nanoseconds.</summary>
    /// <param name="stream">Where to write to; it stays open.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(PcapngWriter.Write(this));
    }
}

/// <summary>An interface that packets were captured on.</summary>
/// <param name="Name">The host and its interface: <c>myk8s-worker/eth0</c>.</param>
/// <param name="Description">What the host is: <c>node</c>, <c>pod</c>, <c>external client</c>, <c>gateway</c>.</param>
public sealed record CaptureInterface(string Name, string Description);

/// <summary>A packet as one interface saw it.</summary>
/// <param name="Interface">The interface's place in <see cref="Capture.Interfaces"/>, from 0.</param>
/// <param name="Time">When, in virtual time.</param>
/// <param name="IsOutbound">Whether it left by the interface; false where it came in.</param>
/// <param name="Bytes">The IP packet, or its headers alone: of a datagram from or to a well-known UDP port the payload is not captured.</param>
/// <param name="Length">The length of the IP packet, in bytes.</param>
/// <param name="Comment">What its host did with it, a line for each step that mattered; "" where there is nothing to say.</param>
public sealed record CapturedPacket(int Interface, DateTimeOffset Time, bool IsOutbound, EquatableArray<byte> Bytes, int Length, string Comment);
