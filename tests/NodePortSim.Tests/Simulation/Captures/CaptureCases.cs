using NodePortSim.Net;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Tests.Simulation.Captures;

/// <summary>Traces of every protocol, both families, delivered, refused and unreachable.</summary>
public static class CaptureCases
{
    private const string Manifests =
        """
        {apiVersion: v1, kind: Node, metadata: {name: n1}, spec: {podCIDRs: [10.1.1.0/24, "fd00:1:1::/64"]}, status: {addresses: [{type: InternalIP, address: 192.168.9.1}, {type: InternalIP, address: "fd09::1"}]}}
        ---
        {apiVersion: v1, kind: Node, metadata: {name: n2}, spec: {podCIDRs: [10.1.2.0/24, "fd00:1:2::/64"]}, status: {addresses: [{type: InternalIP, address: 192.168.9.2}, {type: InternalIP, address: "fd09::2"}]}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: all, labels: {app: all}}
        spec: {nodeName: n2, containers: [{name: c, ports: [{containerPort: 53, protocol: UDP}, {containerPort: 5000, protocol: UDP}, {containerPort: 3868, protocol: SCTP}, {containerPort: 80}]}]}
        status: {podIPs: [{ip: 10.1.2.9}, {ip: "fd00:1:2::9"}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: all}
        spec:
          type: NodePort
          selector: {app: all}
          ipFamilyPolicy: RequireDualStack
          ports:
          - {name: dns, port: 53, protocol: UDP, nodePort: 30053}
          - {name: udp, port: 5000, protocol: UDP, nodePort: 30500}
          - {name: sctp, port: 3868, protocol: SCTP, nodePort: 30868}
          - {name: http, port: 80, nodePort: 30080}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: none}
        spec:
          type: NodePort
          selector: {app: none}
          ipFamilyPolicy: RequireDualStack
          ports: [{name: http, port: 80, nodePort: 30081}, {name: udp, protocol: UDP, port: 80, nodePort: 30081}]
        ---
        {apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, clusterCIDR: "10.1.0.0/16,fd00:1::/48"}
        ---
        {apiVersion: nodeportsim.dev/v1alpha1, kind: Network, metadata: {name: default}, spec: {gateways: [192.168.9.254, "fd09::254"]}}
        ---
        {apiVersion: nodeportsim.dev/v1alpha1, kind: ExternalClient, metadata: {name: pc}, spec: {addresses: [192.168.9.77, "fd09::77"]}}
        """;

    public static TheoryData<string, Protocol> All => new()
    {
        { "n1:30080", Protocol.Tcp },
        { "[fd09::1]:30080", Protocol.Tcp },
        { "n1:30500", Protocol.Udp },
        { "[fd09::1]:30500", Protocol.Udp },
        { "n1:30053", Protocol.Udp },
        { "[fd09::1]:30053", Protocol.Udp },
        { "n1:30868", Protocol.Sctp },
        { "[fd09::1]:30868", Protocol.Sctp },
        { "n1:30081", Protocol.Tcp },
        { "[fd09::1]:30081", Protocol.Tcp },
        { "n1:30081", Protocol.Udp },
        { "[fd09::1]:30081", Protocol.Udp },
        { "n1:40000", Protocol.Tcp },
        { "[fd09::1]:40000", Protocol.Tcp },
        { "n1:40000", Protocol.Sctp },
        { "[fd09::1]:40000", Protocol.Sctp },
        { "n1:69", Protocol.Udp },
        { "[fd09::1]:69", Protocol.Udp },
        { "10.9.9.9:80", Protocol.Tcp },
        { "[fd00:9::9]:80", Protocol.Tcp },
    };

    public static Trace Trace(string to, Protocol protocol)
    {
        var simulator = new Simulator(new SimulatorOptions());
        simulator.Apply(NodePortSim.Manifests.ManifestReader.ReadText(Manifests));
        return simulator.Host("pc").Trace(to, new ConnectOptions { Protocol = protocol });
    }
}
