using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Tests.Manifests;

public class EndpointBinderTests
{
    [Fact]
    public void An_endpoint_slice_binds() =>
        ManifestText.One<EndpointSlice>(
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-x, labels: {kubernetes.io/service-name: web}}
            addressType: IPv6
            ports:
            - {name: "", port: 8080, protocol: TCP, appProtocol: http}
            - {}
            endpoints:
            - addresses: ["fd00::1", "fd00::2"]
              conditions: {ready: false, serving: true, terminating: true}
              hostname: h
              nodeName: n1
              zone: a
              hints: {forZones: [{name: a}, {name: b}], forNodes: [{name: n1}]}
              targetRef: {kind: Pod, namespace: default, name: p, uid: u}
            - addresses: ["fd00::3"]
              conditions: {}
            """)
            .Should().Be(new EndpointSlice
            {
                Metadata = new ObjectMeta { Name = "web-x", Labels = StringMap.Create([new("kubernetes.io/service-name", "web")]) },
                AddressType = AddressFormat.IPv6,
                Ports = [new EndpointPort { Name = "", Port = 8080, Protocol = Protocol.Tcp, AppProtocol = "http" }, new EndpointPort()],
                Endpoints =
                [
                    new Endpoint
                    {
                        Addresses = ["fd00::1", "fd00::2"],
                        Ready = false,
                        Serving = true,
                        Terminating = true,
                        Hostname = "h",
                        NodeName = "n1",
                        Zone = "a",
                        HintsForZones = ["a", "b"],
                        HintsForNodes = ["n1"],
                        TargetRef = new ObjectReference("Pod", "default", "p"),
                    },
                    new Endpoint { Addresses = ["fd00::3"] },
                ],
            });

    [Fact]
    public void The_older_version_of_a_slice_says_node_and_zone_by_topology() =>
        ManifestText.One<EndpointSlice>(
            """
            apiVersion: discovery.k8s.io/v1beta1
            kind: EndpointSlice
            addressType: FQDN
            endpoints:
            - addresses: [a.example.com]
              topology: {kubernetes.io/hostname: n1, topology.kubernetes.io/zone: a}
            """)
            .Should().Be(new EndpointSlice
            {
                AddressType = AddressFormat.FQDN,
                Endpoints = [new Endpoint { Addresses = ["a.example.com"], NodeName = "n1", Zone = "a" }],
            });

    [Fact]
    public void Endpoints_bind() =>
        ManifestText.One<Endpoints>(
            """
            apiVersion: v1
            kind: Endpoints
            metadata: {name: web}
            subsets:
            - addresses: [{ip: 10.0.0.1, hostname: h, nodeName: n1, targetRef: {kind: Pod, name: p, namespace: default}}]
              notReadyAddresses: [{ip: 10.0.0.2}]
              ports: [{port: 80}, {name: dns, port: 53, protocol: UDP, appProtocol: dns}]
            """)
            .Should().Be(new Endpoints
            {
                Metadata = new ObjectMeta { Name = "web" },
                Subsets =
                [
                    new EndpointSubset
                    {
                        Addresses =
                        [
                            new EndpointAddress
                            {
                                Ip = "10.0.0.1", Hostname = "h", NodeName = "n1", TargetRef = new ObjectReference("Pod", "default", "p"),
                            },
                        ],
                        NotReadyAddresses = [new EndpointAddress { Ip = "10.0.0.2" }],
                        Ports =
                        [
                            new EndpointPort { Name = "", Port = 80 },
                            new EndpointPort { Name = "dns", Port = 53, Protocol = Protocol.Udp, AppProtocol = "dns" },
                        ],
                    },
                ],
            });
}
