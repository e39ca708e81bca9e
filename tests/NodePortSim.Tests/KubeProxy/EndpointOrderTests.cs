using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Tests.KubeProxy;

/// <summary>Endpoints sort as their texts do, though their texts are not made.</summary>
public class EndpointOrderTests
{
    [Fact]
    public void Random_endpoints_sort_by_the_bytes_of_their_texts_and_equal_ones_stay_in_order()
    {
        var port = new ServicePortName(ObjectKey.Parse("default/shop"), "web", Protocol.Tcp);
        int[] octets = [0, 1, 2, 9, 10, 11, 19, 20, 99, 100, 101, 109, 110, 199, 200, 249, 250, 255];
        int[] ports = [1, 8, 80, 81, 808, 8080, 8081, 65535, 10000, 9];
        for (ulong seed = 1; seed <= 300; seed++)
        {
            var random = new RandomSource(seed);
            uint Octet() => (uint)octets[random.NextBelow((uint)octets.Length)];
            EndpointInfo[] endpoints = [.. Enumerable.Range(0, (int)random.NextBelow(200)).Select(i => new EndpointInfo(
                port,
                new IpEndpoint(IpAddr.FromIPv4(Octet() << 24 | Octet() << 16 | Octet() << 8 | Octet()), (ushort)ports[random.NextBelow((uint)ports.Length)]))
            {
                NodeName = $"{i}",
            })];
            EndpointInfo[] expected = [.. endpoints.OrderBy(static endpoint => endpoint.Text, StringComparer.Ordinal)];

            EndpointOrder.Sort(endpoints);

            endpoints.Select(static endpoint => (endpoint.Text, endpoint.NodeName)).Should().Equal(
                expected.Select(static endpoint => (endpoint.Text, endpoint.NodeName)), "seed {0}", seed);
        }
    }
}
