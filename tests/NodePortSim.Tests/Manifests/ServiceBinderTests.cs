using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Tests.Manifests;

public class ServiceBinderTests
{
    [Fact]
    public void A_service_with_every_field_binds()
    {
        var service = ManifestText.One<Service>(
            """
            apiVersion: v1
            kind: Service
            metadata:
              name: web
              namespace: shop
              generateName: we
              labels: {app: web, tier: "1"}
              annotations: {service.kubernetes.io/topology-mode: Auto}
              deletionTimestamp: 2024-05-01T10:00:00Z
            spec:
              type: LoadBalancer
              clusterIP: 10.96.0.10
              clusterIPs: [10.96.0.10, fd00::a]
              ipFamilies: [IPv4, IPv6]
              ipFamilyPolicy: RequireDualStack
              selector:
                app: web
              ports:
              - name: http
                protocol: TCP
                port: 80
                targetPort: http-alt
                nodePort: 30080
                appProtocol: kubernetes.io/h2c
              - {name: dns, protocol: UDP, port: 0x35, targetPort: 5353}
              - {name: sig, protocol: SCTP, port: 9000, targetPort: 0}
              externalTrafficPolicy: Local
              internalTrafficPolicy: Cluster
              externalIPs: [198.51.100.1]
              loadBalancerIP: 203.0.113.7
              loadBalancerSourceRanges: [203.0.113.0/24]
              loadBalancerClass: example.com/lb
              allocateLoadBalancerNodePorts: false
              healthCheckNodePort: 31000
              sessionAffinity: ClientIP
              sessionAffinityConfig: {clientIP: {timeoutSeconds: 600}}
              publishNotReadyAddresses: true
              externalName: ""
              trafficDistribution: PreferClose
            status:
              loadBalancer:
                ingress:
                - {ip: 203.0.113.7, ipMode: Proxy, ports: [{port: 80, protocol: TCP}]}
                - hostname: lb.example.com
              conditions: []
            """);

        service.Should().Be(new Service
        {
            Metadata = new ObjectMeta
            {
                Name = "web",
                Namespace = "shop",
                GenerateName = "we",
                Labels = StringMap.Create([new("app", "web"), new("tier", "1")]),
                Annotations = StringMap.Create([new("service.kubernetes.io/topology-mode", "Auto")]),
                DeletionTimestamp = "2024-05-01T10:00:00Z",
            },
            Spec = new ServiceSpec
            {
                Type = ServiceType.LoadBalancer,
                ClusterIP = "10.96.0.10",
                ClusterIPs = ["10.96.0.10", "fd00::a"],
                IpFamilies = [IpFamily.IPv4, IpFamily.IPv6],
                IpFamilyPolicy = IpFamilyPolicy.RequireDualStack,
                Selector = StringMap.Create([new("app", "web")]),
                Ports =
                [
                    new ServicePort
                    {
                        Name = "http",
                        Protocol = Protocol.Tcp,
                        Port = 80,
                        TargetPort = new IntOrString("http-alt"),
                        NodePort = 30080,
                        AppProtocol = "kubernetes.io/h2c",
                    },
                    new ServicePort { Name = "dns", Protocol = Protocol.Udp, Port = 53, TargetPort = new IntOrString(5353) },
                    new ServicePort { Name = "sig", Protocol = Protocol.Sctp, Port = 9000 },
                ],
                ExternalTrafficPolicy = TrafficPolicy.Local,
                InternalTrafficPolicy = TrafficPolicy.Cluster,
                ExternalIPs = ["198.51.100.1"],
                LoadBalancerIP = "203.0.113.7",
                LoadBalancerSourceRanges = ["203.0.113.0/24"],
                LoadBalancerClass = "example.com/lb",
                AllocateLoadBalancerNodePorts = false,
                HealthCheckNodePort = 31000,
                SessionAffinity = SessionAffinity.ClientIP,
                SessionAffinityTimeoutSeconds = 600,
                PublishNotReadyAddresses = true,
                TrafficDistribution = "PreferClose",
            },
            Status = new ServiceStatus
            {
                LoadBalancerIngress =
                [
                    new LoadBalancerIngress { Ip = "203.0.113.7", IpMode = LoadBalancerIpMode.Proxy },
                    new LoadBalancerIngress { Hostname = "lb.example.com" },
                ],
            },
        });
    }

    [Fact]
    public void Nulls_and_empty_names_of_enumerations_are_absent_fields() =>
        ManifestText.One<Service>(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: web, labels: ~, annotations: null}
            spec:
              type: ""
              externalTrafficPolicy: ""
              selector:
              internalTrafficPolicy: null
              ports: [{port: 80, protocol: "", targetPort: ""}]
            status: ~
            """)
            .Should().Be(new Service
            {
                Metadata = new ObjectMeta { Name = "web" },
                Spec = new ServiceSpec { Ports = [new ServicePort { Port = 80 }] },
            });
}
