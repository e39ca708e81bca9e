using System.Globalization;
using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>The health check of a Service on one node: what its <c>healthCheckNodePort</c> answers (spec kube-proxy-iptables 8.1). Immutable; thread-safe.</summary>
/// <param name="Service">The Service.</param>
/// <param name="NodePort">The port that answers, 1 to 65535, at any path and for any method.</param>
/// <param name="LocalEndpoints">The number of addresses of ready endpoints on the node, over all ports of the Service.</param>
public sealed record ServiceHealthCheck(ObjectKey Service, ushort NodePort, int LocalEndpoints)
{
    /// <summary>The answer.</summary>
    /// <param name="serviceProxyHealthy">Whether kube-proxy itself is healthy.</param>
    public HealthCheckResponse Answer(bool serviceProxyHealthy = true)
    {
        string count = LocalEndpoints.ToString(CultureInfo.InvariantCulture);
        string body = string.Join(
            '\n',
            "{",
            "\t\"service\": {",
            $"\t\t\"namespace\": \"{Service.Namespace}\",",
            $"\t\t\"name\": \"{Service.Name}\"",
            "\t},",
            $"\t\"localEndpoints\": {count},",
            $"\t\"serviceProxyHealthy\": {(serviceProxyHealthy ? "true" : "false")}",
            "}");
        return new HealthCheckResponse(
            LocalEndpoints != 0 && serviceProxyHealthy ? 200 : 503,
            [new("Content-Type", "application/json"), new("X-Content-Type-Options", "nosniff"), new("X-Load-Balancing-Endpoint-Weight", count)],
            body);
    }

    /// <summary>The health checks of all Services that have one.</summary>
    internal static EquatableArray<ServiceHealthCheck> Of(FamilyState state, string nodeName)
    {
        var found = new List<ServiceHealthCheck>();
        foreach (IGrouping<ObjectKey, ServicePortState> ports in state.CheckedPorts.Values.GroupBy(static p => p.Port.Name.Service))
        {
            var local = new HashSet<IpAddr>();
            foreach (ServicePortState port in ports)
                foreach (EndpointInfo endpoint in port.Endpoints)
                    if (endpoint.IsReady && endpoint.IsLocalTo(nodeName)) local.Add(endpoint.Endpoint.Address);
            found.Add(new ServiceHealthCheck(ports.Key, ports.First().Port.HealthCheckNodePort, local.Count));
        }

        return found.ToEquatableArray();
    }
}

/// <summary>kube-proxy's own health, at port 10256 (spec kube-proxy-iptables 8.2). Immutable; thread-safe.</summary>
/// <param name="DataPlaneHealthy">Whether no change waits for too long to be written.</param>
/// <param name="NodeEligible">Whether the node takes new connections: see <see cref="NodeInfo.IsEligible"/>.</param>
/// <param name="LastUpdated">When the rules were last known to be current.</param>
/// <param name="CurrentTime">Now.</param>
public sealed record ProxyHealth(bool DataPlaneHealthy, bool NodeEligible, DateTimeOffset LastUpdated, DateTimeOffset CurrentTime)
{
    /// <summary>The answer at a path, or null where there is none.</summary>
    /// <param name="path"><c>/healthz</c> or <c>/livez</c>.</param>
    public HealthCheckResponse? Answer(string path)
    {
        string times = $"\"lastUpdated\": \"{Text(DataPlaneHealthy ? CurrentTime : LastUpdated)}\",\"currentTime\": \"{Text(CurrentTime)}\"";
        return path switch
        {
            "/healthz" => Response(DataPlaneHealthy && NodeEligible, $"{{{times}, \"nodeEligible\": {(NodeEligible ? "true" : "false")}}}"),
            "/livez" => Response(DataPlaneHealthy, $"{{{times}}}"),
            _ => null,
        };
    }

    private static HealthCheckResponse Response(bool healthy, string body) =>
        new(healthy ? 200 : 503, [new("Content-Type", "application/json"), new("X-Content-Type-Options", "nosniff")], body);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF '+0000 UTC'", CultureInfo.InvariantCulture);
}

/// <summary>An HTTP answer. Immutable; thread-safe.</summary>
/// <param name="Status">The status code, 200 or 503.</param>
/// <param name="Headers">The headers that kube-proxy sets, in order.</param>
/// <param name="Body">The body, without a final newline.</param>
public sealed record HealthCheckResponse(int Status, EquatableArray<KeyValuePair<string, string>> Headers, string Body)
{
    /// <summary>The answer as <c>curl -i</c> prints it, without the headers that the server itself adds.</summary>
    public override string ToString()
    {
        string status = Status == 200 ? "200 OK" : "503 Service Unavailable";
        return $"HTTP/1.1 {status}\n{string.Concat(Headers.Select(static header => $"{header.Key}: {header.Value}\n"))}\n{Body}";
    }
}
