using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Kubernetes;
using NodePortSim.Tests.Kubernetes;

namespace NodePortSim.Tests.Clusters;

/// <summary>A control plane with the objects of the NodePort lab, for tests.</summary>
internal static class Lab
{
    public const string Kind = """
        kind: Cluster
        apiVersion: kind.x-k8s.io/v1alpha4
        name: myk8s
        networking: {podSubnet: 10.10.0.0/16, serviceSubnet: 10.200.0.0/16}
        nodes: [{role: control-plane}, {role: worker}, {role: worker}, {role: worker}]
        """;

    public const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: deploy-echo}
        spec:
          replicas: 3
          selector: {matchLabels: {app: myserver}}
          template:
            metadata: {labels: {app: myserver}}
            spec:
              containers:
              - {name: echo, image: echo, ports: [{name: web, containerPort: 8080}]}
        """;

    public const string Service = """
        apiVersion: v1
        kind: Service
        metadata: {name: svc-nodeport}
        spec:
          type: NodePort
          selector: {app: myserver}
          ports: [{name: svc-webport, port: 9000, targetPort: 8080, nodePort: 30682}]
        """;

    public static readonly ObjectKey ServiceKey = new("default", "svc-nodeport");

    public static readonly ObjectKey DeploymentKey = new("default", "deploy-echo");

    public static ControlPlane Start(ulong seed = 0, ControlPlaneOptions? options = null) => new((options ?? new ControlPlaneOptions()) with { Seed = seed });

    /// <summary>The whole lab: kind's nodes, the Deployment, the Service.</summary>
    public static ControlPlane Full(ulong seed = 0)
    {
        ControlPlane cluster = Start(seed);
        cluster.Apply(Yaml.Objects(string.Join("\n---\n", Kind, Deployment, Service))).Errors.Should().BeEmpty();
        return cluster;
    }

    public static ApplyResult Apply(this ControlPlane cluster, params string[] manifests) => cluster.Apply(Yaml.Objects(string.Join("\n---\n", manifests)));

    /// <summary>Applies manifests that must be valid.</summary>
    public static ClusterState Applied(this ControlPlane cluster, params string[] manifests)
    {
        ApplyResult result = cluster.Apply(manifests);
        result.Errors.Should().BeEmpty();
        return result.State;
    }

    /// <summary>The problems of a verb, one a line.</summary>
    public static string Problems(this ApplyResult result) => string.Join('\n', result.Errors.Select(static error => error.ToString()));
}
