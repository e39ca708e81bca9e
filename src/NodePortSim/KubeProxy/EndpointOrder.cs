using System.Globalization;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>Sorts endpoints by their texts (bytes), those of one text as they came, without making the texts of IPv4 ones.</summary>
/// <remarks>
/// Of the texts <c>a.b.c.d:port</c> an octet before a dot sorts as its digits do, a shorter one first; before the colon, which is larger than
/// digits, a longer one first. So each octet has a rank, and the ranks and the digits of the port make a number that sorts as the text does.
/// </remarks>
internal static class EndpointOrder
{
    private const int PlaceBits = 12;

    private static readonly byte[] BeforeDot = Ranks('.');
    private static readonly byte[] BeforeColon = Ranks(':');

    public static void Sort(EndpointInfo[] endpoints)
    {
        if (endpoints.Length < 2) return;
        if (endpoints.Length >= 1 << PlaceBits || !endpoints[0].Endpoint.Address.IsIPv4)
        {
            EndpointInfo[] sorted = [.. endpoints.OrderBy(static endpoint => endpoint.Text, StringComparer.Ordinal)];
            sorted.CopyTo(endpoints, 0);
            return;
        }

        Span<ulong> keys = endpoints.Length <= 128 ? stackalloc ulong[endpoints.Length] : new ulong[endpoints.Length];
        for (int i = 0; i < keys.Length; i++) keys[i] = KeyOf(endpoints[i].Endpoint) << PlaceBits | (uint)i;
        keys.Sort(endpoints.AsSpan());
    }

    private static ulong KeyOf(IpEndpoint endpoint)
    {
        uint bits = endpoint.Address.IPv4Bits;
        ulong key = BeforeDot[bits >> 24];
        key = key << 8 | BeforeDot[bits >> 16 & 255];
        key = key << 8 | BeforeDot[bits >> 8 & 255];
        key = key << 8 | BeforeColon[bits & 255];
        return key << 20 | DigitsOf(endpoint.Port);
    }

    /// <summary>The digits from left to right, each one more than it is, so that the end of the text is smaller than any.</summary>
    private static uint DigitsOf(ushort port)
    {
        uint digits = 0;
        int shift = port >= 10000 ? 0 : port >= 1000 ? 4 : port >= 100 ? 8 : port >= 10 ? 12 : 16;
        for (uint rest = port; ; rest /= 10, shift += 4)
        {
            digits |= (rest % 10 + 1) << shift;
            if (rest < 10) return digits;
        }
    }

    private static byte[] Ranks(char next)
    {
        byte[] ranks = new byte[256];
        int rank = 0;
        foreach (int octet in Enumerable.Range(0, 256).OrderBy(octet => octet.ToString(CultureInfo.InvariantCulture) + next, StringComparer.Ordinal))
            ranks[octet] = (byte)rank++;
        return ranks;
    }
}
