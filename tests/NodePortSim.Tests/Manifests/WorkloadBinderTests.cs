using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Tests.Manifests;

public class WorkloadBinderTests
{
    [Fact]
    public void A_node_binds() =>
        ManifestText.One<Node>(
            """
            apiVersion: v1
            kind: Node
            metadata: {name: n1, labels: {topology.kubernetes.io/zone: a}}
            spec:
              podCIDR: 10.244.1.0/24
              podCIDRs: [10.244.1.0/24, fd00:1::/64]
              unschedulable: true
              taints: [{key: dedicated, value: db, effect: NoSchedule, timeAdded: "2024-05-01T10:00:00Z"}, {key: x, effect: NoExecute}]
            status:
              addresses: [{type: InternalIP, address: 172.18.0.2}, {type: Hostname, address: n1}]
            """)
            .Should().Be(new Node
            {
                Metadata = new ObjectMeta { Name = "n1", Labels = StringMap.Create([new("topology.kubernetes.io/zone", "a")]) },
                Spec = new NodeSpec
                {
                    PodCIDR = "10.244.1.0/24",
                    PodCIDRs = ["10.244.1.0/24", "fd00:1::/64"],
                    Unschedulable = true,
                    Taints = [new Taint("dedicated", "db", "NoSchedule"), new Taint("x", "", "NoExecute")],
                },
                Status = new NodeStatus { Addresses = [new NodeAddress("InternalIP", "172.18.0.2"), new NodeAddress("Hostname", "n1")] },
            });

    [Fact]
    public void A_pod_binds() =>
        ManifestText.One<Pod>(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: p, namespace: shop}
            spec:
              nodeName: n1
              hostNetwork: true
              nodeSelector: {disk: ssd}
              tolerations:
              - {key: dedicated, value: db, effect: NoSchedule}
              - {operator: Exists, tolerationSeconds: 300}
              containers:
              - name: c
                image: echo:1
                ports:
                - {name: http, containerPort: 8080, protocol: TCP, hostPort: 80, hostIP: 0.0.0.0}
                - containerPort: 53
                resources: {limits: {cpu: 100m}}
            status:
              phase: Running
              conditions: [{type: Initialized, status: "True"}, {type: Ready, status: "False"}]
              podIP: 10.244.1.5
              podIPs: [{ip: 10.244.1.5}, {ip: "fd00:1::5"}]
            """)
            .Should().Be(new Pod
            {
                Metadata = new ObjectMeta { Name = "p", Namespace = "shop" },
                Spec = new PodSpec
                {
                    NodeName = "n1",
                    HostNetwork = true,
                    NodeSelector = StringMap.Create([new("disk", "ssd")]),
                    Tolerations = [new Toleration("dedicated", "Equal", "db", "NoSchedule"), new Toleration("", "Exists", "", "")],
                    Containers =
                    [
                        new Container
                        {
                            Name = "c",
                            Image = "echo:1",
                            Ports =
                            [
                                new ContainerPort { Name = "http", Port = 8080, Protocol = Protocol.Tcp, HostPort = 80 },
                                new ContainerPort { Port = 53 },
                            ],
                        },
                    ],
                },
                Status = new PodStatus { Phase = "Running", PodIPs = ["10.244.1.5", "fd00:1::5"], Ready = false },
            });

    [Fact]
    public void A_pod_IP_alone_fills_the_pod_IPs() =>
        ManifestText.One<Pod>("{apiVersion: v1, kind: Pod, status: {podIP: 10.0.0.1}}")
            .Status.Should().Be(new PodStatus { PodIPs = ["10.0.0.1"] });

    [Fact]
    public void A_deployment_binds() =>
        ManifestText.One<Deployment>(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: d}
            spec:
              replicas: 3
              strategy: {type: Recreate}
              selector: {matchLabels: {app: echo}}
              template:
                metadata: {labels: {app: echo}}
                spec:
                  containers: [{name: c, image: echo, ports: [{containerPort: 8080}]}]
                  fieldOfANewerVersion: 1
            """)
            .Should().Be(new Deployment
            {
                Metadata = new ObjectMeta { Name = "d" },
                Spec = new DeploymentSpec
                {
                    Replicas = 3,
                    Selector = StringMap.Create([new("app", "echo")]),
                    Template = new PodTemplate
                    {
                        Metadata = new ObjectMeta { Labels = StringMap.Create([new("app", "echo")]) },
                        Spec = new PodSpec { Containers = [new Container { Name = "c", Image = "echo", Ports = [new ContainerPort { Port = 8080 }] }] },
                    },
                },
            });

    [Fact]
    public void A_selector_with_expressions_says_that_they_are_not_modelled() =>
        ManifestText.Problems(
            """
            apiVersion: apps/v1
            kind: Deployment
            spec:
              selector:
                matchExpressions: [{key: app, operator: Exists}]
            """)
            .Should().Be("m.yaml:5:23: spec.selector.matchExpressions: not modelled, and ignored");
}
