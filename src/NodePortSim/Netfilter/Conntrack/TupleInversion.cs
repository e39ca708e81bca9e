using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The tuple that answers a tuple (spec netfilter-datapath 2.1).</summary>
internal static class TupleInversion
{
    /// <summary>Exchanges source and destination; for ICMP the type becomes its answer's. False where the ICMP type has none.</summary>
    public static bool TryInvert(in FlowTuple tuple, out FlowTuple inverse)
    {
        if (tuple.Protocol is not (Protocol.Icmp or Protocol.IcmpV6))
        {
            inverse = new FlowTuple(tuple.Destination, tuple.Source, tuple.DestinationPort, tuple.SourcePort, tuple.Protocol);
            return true;
        }

        int answer = tuple.Protocol == Protocol.Icmp ? Answer(tuple.IcmpType) : AnswerV6(tuple.IcmpType);
        inverse = answer < 0
            ? default
            : new FlowTuple(tuple.Destination, tuple.Source, tuple.SourcePort, (ushort)(answer << 8 | tuple.IcmpCode), tuple.Protocol);
        return answer >= 0;
    }

    /// <summary>Whether a packet of this tuple may open an entry: requests may, answers may not.</summary>
    public static bool MayOpen(in FlowTuple tuple) => tuple.Protocol switch
    {
        Protocol.Icmp => tuple.IcmpType is 8 or 13 or 15 or 17,
        Protocol.IcmpV6 => tuple.IcmpType is 128 or 139,
        _ => true,
    };

    private static int Answer(byte type) => type switch
    {
        8 => 0,
        0 => 8,
        13 => 14,
        14 => 13,
        15 => 16,
        16 => 15,
        17 => 18,
        18 => 17,
        _ => -1,
    };

    private static int AnswerV6(byte type) => type switch
    {
        128 => 129,
        129 => 128,
        139 => 140,
        140 => 139,
        _ => -1,
    };
}
