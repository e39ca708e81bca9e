using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Tests.Manifests;

public class KubectlOutputTests
{
    [Fact]
    public void A_service_as_kubectl_prints_it_loads_without_a_word()
    {
        var service = ManifestText.One<Service>(KubectlOutput.Service);

        service.Spec.Should().Be(new ServiceSpec
        {
            Type = ServiceType.LoadBalancer,
            ClusterIP = "10.200.1.73",
            ClusterIPs = ["10.200.1.73"],
            IpFamilies = [IpFamily.IPv4],
            IpFamilyPolicy = IpFamilyPolicy.SingleStack,
            Selector = StringMap.Create([new("app", "myserver")]),
            Ports =
            [
                new ServicePort
                {
                    Name = "svc-webport", Protocol = Protocol.Tcp, Port = 9000, TargetPort = new IntOrString(8080), NodePort = 30682,
                },
            ],
            ExternalTrafficPolicy = TrafficPolicy.Cluster,
            InternalTrafficPolicy = TrafficPolicy.Cluster,
            AllocateLoadBalancerNodePorts = true,
            SessionAffinity = SessionAffinity.None,
        });
        service.Status.LoadBalancerIngress.Should().Equal(new LoadBalancerIngress { Ip = "203.0.113.10", IpMode = LoadBalancerIpMode.VIP });
        service.Metadata.Annotations.Should().ContainSingle();
    }

    [Fact]
    public void An_endpoint_slice_as_kubectl_prints_it_loads_without_a_word()
    {
        var slice = ManifestText.One<EndpointSlice>(KubectlOutput.EndpointSlice);

        slice.ServiceName.Should().Be("svc-nodeport");
        slice.Metadata.GenerateName.Should().Be("svc-nodeport-");
        slice.Endpoints.Should().Equal(new Endpoint
        {
            Addresses = ["10.10.3.3"],
            Ready = true,
            Serving = true,
            Terminating = false,
            NodeName = "myk8s-worker3",
            Zone = "zone-a",
            HintsForZones = ["zone-a"],
            TargetRef = new ObjectReference("Pod", "default", "deploy-echo-5c689d5454-slrss"),
        });
    }

    [Fact]
    public void A_node_as_kubectl_prints_it_loads_without_a_word()
    {
        var node = ManifestText.One<Node>(KubectlOutput.Node);

        node.Spec.Should().Be(new NodeSpec
        {
            PodCIDR = "10.10.0.0/24",
            PodCIDRs = ["10.10.0.0/24"],
            Taints = [new Taint("node-role.kubernetes.io/control-plane", "", "NoSchedule")],
        });
        node.Status.Addresses.Should().Equal(new NodeAddress("InternalIP", "172.18.0.4"), new NodeAddress("Hostname", "myk8s-control-plane"));
        node.Metadata.Labels["node-role.kubernetes.io/control-plane"].Should().Be("");
    }

    [Fact]
    public void A_pod_as_kubectl_prints_it_loads_without_a_word()
    {
        var pod = ManifestText.One<Pod>(KubectlOutput.Pod);

        pod.Spec.Should().Be(new PodSpec
        {
            NodeName = "myk8s-worker3",
            Tolerations = [new Toleration("node.kubernetes.io/not-ready", "Exists", "", "NoExecute")],
            Containers =
            [
                new Container
                {
                    Name = "echo",
                    Image = "registry.k8s.io/echoserver:1.10",
                    Ports = [new ContainerPort { Port = 8080, Protocol = Protocol.Tcp }],
                },
            ],
        });
        pod.Status.Should().Be(new PodStatus { Phase = "Running", PodIPs = ["10.10.3.3"], Ready = true });
    }

    [Fact]
    public void A_deployment_as_kubectl_prints_it_loads_without_a_word()
    {
        var deployment = ManifestText.One<Deployment>(KubectlOutput.Deployment);

        deployment.Spec.Replicas.Should().Be(3);
        deployment.Spec.Selector.Should().Equal(deployment.Spec.Template.Metadata.Labels);
        deployment.Spec.Template.Spec.Containers.Should().ContainSingle().Which.Ports[0].Port.Should().Be(8080);
    }
}
