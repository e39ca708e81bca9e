using System.Globalization;
using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Clusters.Kubectl;

/// <summary>The table of Endpoints: the first three addresses of each, and how many more there are.</summary>
internal static class EndpointsTable
{
    private const int Shown = 3;

    public static KubectlTable Of(ClusterState state, KubectlGetOptions options)
    {
        var table = new KubectlTable("endpoints", "ENDPOINTS", "AGE");
        foreach (ObjectKey key in state.Services.Keys.Union(state.Endpoints.Keys).Order())
        {
            if (options.Namespace is { } space && key.Namespace != space) continue;
            if (state.EndpointsOf(key) is not { } endpoints) continue;
            table.Add(key, Addresses(endpoints), HumanDuration.Format(options.Age));
        }

        return table;
    }

    private static string Addresses(Endpoints endpoints)
    {
        List<string> all = [.. endpoints.Subsets.SelectMany(OfSubset)];
        string list = string.Join(',', all.Take(Shown));
        if (all.Count == 0) return "<none>";
        return all.Count > Shown ? string.Create(CultureInfo.InvariantCulture, $"{list} + {all.Count - Shown} more...") : list;
    }

    // Ports are the outer loop; a headless Service may have none.
    private static IEnumerable<string> OfSubset(EndpointSubset subset) => subset.Ports.IsEmpty
        ? subset.Addresses.Select(static address => address.Ip)
        : subset.Ports.SelectMany(port => subset.Addresses.Select(address =>
            new IpEndpoint(IpAddr.Parse(address.Ip), (ushort)(port.Port ?? 0)).ToString()));
}
