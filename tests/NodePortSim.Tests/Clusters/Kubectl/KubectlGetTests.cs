using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Clusters.Kubectl;
using NodePortSim.Manifests;
using NodePortSim.Simulation;

namespace NodePortSim.Tests.Clusters.Kubectl;

public class KubectlGetTests
{
    private const string Manifests = """
        apiVersion: v1
        kind: Node
        metadata: {name: n1}
        spec: {podCIDR: 10.10.1.0/24, podCIDRs: [10.10.1.0/24]}
        status: {addresses: [{type: InternalIP, address: 172.18.0.2}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: both}
        spec:
          type: NodePort
          clusterIP: 10.96.0.10
          selector: {tier: web, app: echo}
          externalIPs: [192.0.2.7]
          ports:
          - {name: tcp, port: 53, protocol: TCP, nodePort: 30053}
          - {name: udp, port: 53, protocol: UDP, nodePort: 30053}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: elsewhere}
        spec: {type: ExternalName, externalName: db.example.com}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: headless}
        spec: {clusterIP: None, selector: {app: lonely}, ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: lb}
        spec: {type: LoadBalancer, clusterIP: 10.96.0.11, selector: {app: echo}, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}
        status: {loadBalancer: {ingress: [{ip: 198.51.100.20}, {ip: 198.51.100.10}]}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: lb-waiting}
        spec: {type: LoadBalancer, clusterIP: 10.96.0.12, selector: {app: lonely}, ports: [{port: 80, nodePort: 30081}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: lonely, labels: {app: lonely}}
        spec: {nodeSelector: {disk: none}, containers: [{name: a, image: a:1}, {name: b, image: b:1}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: elsewhere, namespace: other}
        spec: {nodeName: n1, containers: [{name: a, image: a:1}]}
        status: {phase: Running, podIP: 10.10.1.9, podIPs: [{ip: 10.10.1.9}]}
        """;

    [Fact]
    public void Services_of_every_type_are_printed_wide()
    {
        KubectlGet.Print(State(Manifests), "svc", new KubectlGetOptions { Wide = true, Age = TimeSpan.FromMinutes(5) }).Should().Be("""
            NAME         TYPE           CLUSTER-IP   EXTERNAL-IP                   PORT(S)                     AGE   SELECTOR
            both         NodePort       10.96.0.10   192.0.2.7                     53:30053/TCP,53:30053/UDP   5m    app=echo,tier=web
            elsewhere    ExternalName   <none>       db.example.com                <none>                      5m    <none>
            headless     ClusterIP      None         <none>                        80/TCP                      5m    app=lonely
            lb           LoadBalancer   10.96.0.11   198.51.100.10,198.51.100.20   80:30080/TCP                5m    app=echo
            lb-waiting   LoadBalancer   10.96.0.12   <pending>                     80:30081/TCP                5m    app=lonely

            """);
    }

    [Fact]
    public void A_narrow_table_cuts_long_external_addresses_and_has_no_selector()
    {
        KubectlGet.Print(State(Manifests), "services").Split('\n')[4].Should().Be(
            "lb           LoadBalancer   10.96.0.11   198.51.100.10...   80:30080/TCP                0s");
    }

    [Fact]
    public void A_pod_that_fits_on_no_node_is_pending_and_a_namespace_hides_others()
    {
        KubectlGet.Print(State(Manifests), "pod", new KubectlGetOptions { Wide = true }).Should().Be("""
            NAME     READY   STATUS    RESTARTS   AGE   IP       NODE     NOMINATED NODE   READINESS GATES
            lonely   0/2     Pending   0          0s    <none>   <none>   <none>           <none>

            """);
    }

    [Fact]
    public void All_namespaces_have_a_column_that_names_them()
    {
        KubectlGet.Print(State(Manifests), "po", new KubectlGetOptions { Namespace = null }).Should().Be("""
            NAMESPACE   NAME        READY   STATUS    RESTARTS   AGE
            default     lonely      0/2     Pending   0          0s
            other       elsewhere   1/1     Running   0          0s

            """);
    }

    [Fact]
    public void Several_resources_are_several_tables_whose_names_tell_the_resource()
    {
        const string deployment = """
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: echo}
            spec:
              replicas: 5
              selector: {matchLabels: {app: echo}}
              template:
                metadata: {labels: {app: echo}}
                spec: {containers: [{name: web, image: web:1}, {name: log, image: log:2}]}
            """;
        string[] lines = KubectlGet
            .Print(State($"{Manifests}\n{deployment}"), "deploy,ep", new KubectlGetOptions { Wide = true, Age = TimeSpan.FromSeconds(10) })
            .Split('\n');
        lines.Should().Equal(
            "NAME                   READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES        SELECTOR",
            "deployment.apps/echo   5/5     5            5           10s   web,log      web:1,log:2   app=echo",
            "",
            "NAME                   ENDPOINTS                                                  AGE",
            "endpoints/both         <none>                                                     10s",
            "endpoints/headless     <none>                                                     10s",
            "endpoints/lb           10.10.1.2:8080,10.10.1.3:8080,10.10.1.4:8080 + 2 more...   10s",
            "endpoints/lb-waiting   <none>                                                     10s",
            "");
    }

    [Fact]
    public void A_cluster_without_objects_has_no_resources() =>
        KubectlGet.Print(ClusterState.Empty, "deploy,pod,svc,ep").Should().Be("No resources found in default namespace.\n");

    [Fact]
    public void An_unknown_resource_is_refused_in_kubectls_words() => FluentActions
        .Invoking(() => KubectlGet.Print(ClusterState.Empty, "pod,gizmos"))
        .Should().Throw<ArgumentException>().WithMessage("the server doesn't have a resource type \"gizmos\"*");

    private static ClusterState State(string yaml)
    {
        var simulator = new Simulator();
        simulator.Apply(ManifestReader.ReadText(yaml)).ThrowIfErrors();
        return simulator.Cluster.State;
    }
}
