using System.Globalization;

namespace NodePortSim.Net;

/// <summary>One direction of a flow as conntrack keys it (spec netfilter-datapath 2.1).</summary>
/// <param name="Source">The source address.</param>
/// <param name="Destination">The destination address, of the same family.</param>
/// <param name="SourcePort">The source port; for ICMP the identifier.</param>
/// <param name="DestinationPort">The destination port; for ICMP type (high byte) and code (low byte).</param>
/// <param name="Protocol">The layer-4 protocol.</param>
/// <remarks>40 bytes. Thread-safe: it never changes.</remarks>
public readonly record struct FlowTuple(IpAddr Source, IpAddr Destination, ushort SourcePort, ushort DestinationPort, Protocol Protocol)
{
    /// <summary>The type of an ICMP flow.</summary>
    public byte IcmpType => (byte)(DestinationPort >> 8);

    /// <summary>The code of an ICMP flow.</summary>
    public byte IcmpCode => (byte)DestinationPort;

    /// <summary>The tuple as <c>conntrack -L</c> prints it: <c>src=… dst=… sport=… dport=…</c>, for ICMP <c>type=… code=… id=…</c>.</summary>
    public override string ToString() => Protocol is Protocol.Icmp or Protocol.IcmpV6
        ? string.Create(CultureInfo.InvariantCulture, $"src={Source} dst={Destination} type={IcmpType} code={IcmpCode} id={SourcePort}")
        : string.Create(CultureInfo.InvariantCulture, $"src={Source} dst={Destination} sport={SourcePort} dport={DestinationPort}");
}
