using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Manifests;
using NodePortSim.Net;

namespace NodePortSim.Tests.Conformance;

/// <summary>One recorded case: its files by name (<c>cluster.yaml</c>, <c>level-1.30/oak.v4.save</c>, …).</summary>
public sealed record ConformanceCase(string Name, IReadOnlyDictionary<string, string> Files)
{
    /// <summary>The states of the cluster, first to last, as manifests.</summary>
    public IEnumerable<string> States
    {
        get
        {
            yield return Files["cluster.yaml"];
            for (int i = 1; Files.TryGetValue($"then-{i}.yaml", out string? next); i++) yield return next;
        }
    }

    /// <summary>The lab's pods, clients and network.</summary>
    public string Hosts => Files["hosts.yaml"];

    /// <summary>What came of each flow, as JSON.</summary>
    public string Flows => Files["flows.json"];

    /// <summary>The kube-proxy levels that were recorded, 1.31 first.</summary>
    public IEnumerable<KubeProxyLevel> Levels => Files.Keys
        .Where(static name => name.StartsWith("level-", StringComparison.Ordinal))
        .Select(static name => name["level-".Length..name.IndexOf('/', StringComparison.Ordinal)])
        .Distinct()
        .Select(KubeProxyLevel.Parse)
        .Prepend(KubeProxyLevel.Default);

    /// <summary>The recorded files of a level: node, family, kind (<c>save</c>, <c>restore</c>, <c>restore.2</c>) and text.</summary>
    public IEnumerable<RecordedRules> Rules(KubeProxyLevel level)
    {
        string folder = level == KubeProxyLevel.Default ? "" : $"level-{level}/";
        foreach ((string name, string text) in Files)
        {
            if (!name.StartsWith(folder, StringComparison.Ordinal) || name.IndexOf('/', folder.Length) >= 0) continue;
            string file = name[folder.Length..];
            foreach (IpFamily family in (IpFamily[])[IpFamily.IPv4, IpFamily.IPv6])
            {
                int dot = file.IndexOf($".v{(int)family}.", StringComparison.Ordinal);
                if (dot > 0) yield return new RecordedRules(file[..dot], family, file[(dot + 4)..], text);
            }
        }
    }

    public static ClusterState Parse(string manifests)
    {
        ManifestResult result = ManifestReader.ReadText(manifests).ThrowIfErrors();
        KubernetesObject[] objects = [.. result.Objects.Select(static o => o.Object)];
        return new ClusterState(
            [.. objects.OfType<Node>()],
            [.. objects.OfType<Service>()],
            [.. objects.OfType<EndpointSlice>()],
            objects.OfType<KubeProxyConfiguration>().SingleOrDefault());
    }

    public override string ToString() => Name;
}

/// <summary>A file of recorded rules.</summary>
public sealed record RecordedRules(string Node, IpFamily Family, string Kind, string Text);

/// <summary>The objects of one state of a cluster.</summary>
public sealed record ClusterState(Node[] Nodes, Service[] Services, EndpointSlice[] Slices, KubeProxyConfiguration? Configuration);
