using NodePortSim.Kubernetes;
using NodePortSim.Simulation;
using NodePortSim.Tests.Fidelity;
using static NodePortSim.Simulation.Outcome;
using static NodePortSim.Simulation.OutcomeReason;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Simulation.Explanations;

/// <summary>Drops and refusals of all kinds; each one's whole text is the data file of its name.</summary>
internal static class DropSamples
{
    private static readonly ConnectOptions UdpFrom40001 = Udp with { SourcePort = 40001 };

    public static readonly SortedDictionary<string, DropSample> All = new(StringComparer.Ordinal)
    {
        ["external-policy-local"] = new(Outcome.Timeout, NoLocalEndpoints, LabFiles.Local, "mypc", "myk8s-control-plane:30682"),
        ["internal-policy-local"] = new(Outcome.Timeout, NoLocalEndpoints, static () => Lab(service: static spec => spec with { InternalTrafficPolicy = TrafficPolicy.Local }), Control, "service/default/svc-nodeport:9000"),
        ["no-endpoints-scaled-to-none"] = new(Refused, NoEndpoints, static () => Lab(replicas: 0), "mypc", "myk8s-worker:30682"),
        ["no-endpoints-wrong-selector"] = new(Refused, NoEndpoints, static () => Lab(service: static spec => spec with { Selector = default(NodePortSim.Collections.StringMap).With("app", "deploy-webserver") }), "mypc", "myk8s-worker:30682"),
        ["no-endpoints-none-listed"] = new(Refused, NoEndpoints, static () => new KernelLab { Endpoints = [] }.Start(), Worker, ClusterIP) { HasFix = false },
        ["no-endpoints-pod-not-ready"] = new(Refused, NoEndpoints, NotReady, "mypc", Worker + ":30700"),
        ["no-endpoints-all-terminating"] = new(Refused, NoEndpoints, Terminating, "mypc", Worker + NodePort),
        ["source-ranges"] = new(Outcome.Timeout, NotInSourceRanges, SourceRanges, "routed", Vip + ":9000"),
        ["closed-port-of-a-node"] = new(Refused, PortClosed, static () => LabFiles.Simulator(), "mypc", "myk8s-control-plane:30683"),
        ["closed-port-service-port-asked-of-a-node"] = new(Refused, PortClosed, static () => LabFiles.Simulator(), "mypc", "myk8s-control-plane:9000"),
        ["closed-port-of-the-pods"] = new(Refused, PortClosed, static () => Lab(service: static spec => spec with { Ports = [spec.Ports[0] with { TargetPort = new IntOrString(8081) }] }), "mypc", "myk8s-worker:30682"),
        ["closed-port-udp-for-tcp"] = new(Refused, PortClosed, static () => LabFiles.Simulator(), "mypc", "myk8s-worker:30682") { Options = UdpFrom40001 },
        ["closed-port-udp-of-a-pod"] = new(Refused, PortClosed, static () => new KernelLab { More = Udp9053 }.Start(), "app-worker", "10.10.2.53:9053") { Options = UdpFrom40001, HasFix = false },
        ["closed-port-outside-node-port-addresses"] = new(Refused, PortClosed, NodePortAddresses, "mypc", Worker + NodePort),
        ["closed-port-localhost"] = new(Refused, PortClosed, LocalhostNodePortsOff, Control, "127.0.0.1:30682"),
        ["closed-port-other-family"] = new(Refused, PortClosed, IPv6Only, "mypc", "172.18.0.4:30682"),
        ["cluster-ip-wrong-port"] = new(Outcome.Timeout, NoRoute, static () => new KernelLab().Start(), "app-worker", "10.200.1.73:80"),
        ["no-route-of-the-client"] = new(Unreachable, NoRoute, static () => new KernelLab { Gateway = false }.Start(), "mypc", ClusterIP),
        ["no-route-of-the-gateway"] = new(Unreachable, NoRoute, static () => new KernelLab().Start(), "mypc", WebWorker + ":8080"),
        ["endpoint-on-a-gone-node"] = new(Unreachable, NoRoute, static () => GoneEndpoint("10.10.9.9"), "mypc", Control + NodePort),
        ["endpoint-without-a-host"] = new(Outcome.Timeout, NoNeighbor, static () => GoneEndpoint("10.10.2.77", "bridge", seed: 2), Control, ClusterIP),
        ["invalid-after-a-flush"] = new(Outcome.Timeout, InvalidState, Invalid, "app-worker", ClusterIP) { Explain = AfterFlush },
        ["conntrack-table-full"] = new(Outcome.Timeout, ConntrackTableFull, FullTable, "mypc", Control + NodePort),
        ["source-ports-exhausted"] = new(Outcome.Timeout, SourcePortsExhausted, PortsExhausted, "mypc", Control + NodePort),
        ["hairpin-off"] = new(Outcome.Timeout, HairpinOff, static () => new KernelLab { Cni = "bridge", Hairpin = false, Endpoints = [WebWorker] }.Start(), "web-worker", ClusterIP),
        ["policy-drop-in-forward"] = new(Outcome.Timeout, DroppedByPolicy, static () => WithRules("*filter\n:FORWARD DROP [0:0]\nCOMMIT\n", nodes: Worker, endpoints: WebWorker), "mypc", Control + NodePort),
        ["drop-in-forward"] = new(Outcome.Timeout, DroppedByRule, static () => WithRules("*filter\n-I FORWARD -s 172.18.0.100/32 -m comment --comment \"no visitors\" -j DROP\nCOMMIT\n", nodes: Control), "mypc", Control + NodePort),
        ["drop-in-input-of-every-node"] = new(Outcome.Timeout, DroppedByRule, static () => WithRules("*raw\n-A PREROUTING -p tcp -m tcp --dport 30682 -j DROP\nCOMMIT\n"), "mypc", Control + NodePort),
        ["drop-in-output-of-the-sender"] = new(Denied, DroppedByRule, static () => WithRules("*filter\n-A OUTPUT -p udp -m udp --dport 8081 -j DROP\nCOMMIT\n", nodes: Control), Control, UdpClusterIP) { Options = UdpFrom40001 },
        ["reject-with-tcp-reset"] = Reject("tcp-reset", Refused),
        ["reject-of-a-translated-flow"] = Reject("icmp-port-unreachable", Refused) with { From = "mypc", To = Control + NodePort },
        ["reject-that-a-socket-overlooks"] = new(Outcome.Timeout, RejectedByRule, static () => WithRules("*filter\n-I FORWARD -p udp -m udp --dport 8081 -j REJECT --reject-with icmp-net-unreachable\nCOMMIT\n", nodes: Control, unlimited: true), "mypc", Control + UdpNodePort) { Options = UdpFrom40001 },
        ["reject-with-icmp-port-unreachable"] = Reject("icmp-port-unreachable", Refused),
        ["reject-with-icmp-host-unreachable"] = Reject("icmp-host-unreachable", Unreachable),
        ["reject-with-icmp-net-unreachable"] = Reject("icmp-net-unreachable", Unreachable),
        ["reject-with-icmp-proto-unreachable"] = Reject("icmp-proto-unreachable", Refused),
        ["reject-with-icmp-net-prohibited"] = Reject("icmp-net-prohibited", Unreachable),
        ["reject-with-icmp-host-prohibited"] = Reject("icmp-host-prohibited", Unreachable),
        ["reject-with-icmp-admin-prohibited"] = Reject("icmp-admin-prohibited", Unreachable),
        ["icmp-rate-limited"] = new(Outcome.Timeout, IcmpRateLimited, RateLimited, "mypc", Worker + NodePort),
        ["route-localnet-off"] = new(Outcome.Timeout, RouteLocalnetOff, static () => new KernelLab { Sysctls = "net.ipv4.conf.all.route_localnet: 0", Endpoints = [WebWorker] }.Start(), Control, "127.0.0.1:30682"),
        ["reverse-path-filter"] = new(Outcome.Timeout, ReversePathFilter, ReversePath, "far", Worker + NodePort),
        ["ttl-exceeded"] = new(Unreachable, TtlExceeded, static () => new KernelLab { Sysctls = "net.ipv4.ip_default_ttl: 1", Endpoints = [WebWorker] }.Start(), Control, ClusterIP),
        ["answer-past-the-node"] = new(Outcome.Timeout, AnswerNotTranslated, static () => new KernelLab { Cni = "bridge", BridgeNfCallIptables = false, Endpoints = [WebWorker] }.Start(), "app-worker", ClusterIP),
        ["forwarding-off"] = new(Outcome.Timeout, ForwardingOff, static () => new KernelLab { Sysctls = "net.ipv4.ip_forward: 0", Endpoints = [WebWorker] }.Start(), "mypc", Control + NodePort),
    };

    private const string Udp9053 = """
        {apiVersion: v1, kind: Pod, metadata: {name: mute}, spec: {nodeName: myk8s-worker, containers: [{name: c, image: i}]},
          status: {phase: Running, podIP: 10.10.2.53, podIPs: [{ip: 10.10.2.53}]}}
        """;

    private static Simulator Lab(int replicas = 3, Func<ServiceSpec, ServiceSpec>? service = null)
    {
        Simulator simulator = LabFiles.Simulator();
        if (replicas != 3) simulator.Cluster.Scale("deploy-echo", replicas);
        if (service is not null) simulator.Cluster.Patch("svc-nodeport", service);
        return simulator;
    }

    private static Simulator NotReady() => new KernelLab
    {
        More = """
            {apiVersion: v1, kind: Service, metadata: {name: slow}, spec: {type: NodePort, clusterIP: 10.200.1.80, selector: {app: slow}, ports: [{port: 80, targetPort: 8080, nodePort: 30700}]}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: slow-1, labels: {app: slow}}, spec: {nodeName: myk8s-worker2, containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]},
              status: {phase: Running, podIP: 10.10.1.80, podIPs: [{ip: 10.10.1.80}], conditions: [{type: Ready, status: "False"}]}}
            """,
    }.Start();

    private static Simulator Terminating() => new KernelLab { Endpoints = [] }.Start().Load("""
        {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}, addressType: IPv4, ports: [{name: http, port: 8080}],
          endpoints: [{addresses: [10.10.2.3], nodeName: myk8s-worker, conditions: {ready: false, serving: false, terminating: true}},
                      {addresses: [10.10.1.3], nodeName: myk8s-worker2, conditions: {ready: false, serving: false, terminating: true}}]}
        """);

    private static Simulator SourceRanges() => new KernelLab
    {
        Service = "type: LoadBalancer, loadBalancerSourceRanges: [192.0.2.0/24]",
    }.Start().Load($$$$"""
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: 10.200.1.73, type: LoadBalancer, loadBalancerSourceRanges: [192.0.2.0/24],
          ports: [{name: http, port: 9000, targetPort: 8080, nodePort: 30682}]}, status: {loadBalancer: {ingress: [{ip: {{{{Vip}}}} }]}}}
        """);

    private static Simulator NodePortAddresses() => new KernelLab().Start().Load(
        "{apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, mode: iptables, clusterCIDR: 10.10.0.0/16, nodePortAddresses: [172.18.0.4/32]}");

    private static Simulator LocalhostNodePortsOff() => new KernelLab().Start().Load(
        "{apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, mode: iptables, clusterCIDR: 10.10.0.0/16, iptables: {localhostNodePorts: false}}");

    private static Simulator IPv6Only() => new Simulator().Load("""
        {apiVersion: kind.x-k8s.io/v1alpha4, kind: Cluster, name: dual, networking: {ipFamily: dual}, nodes: [{role: control-plane}]}
        ---
        {apiVersion: v1, kind: Node, metadata: {name: dual-control-plane}, spec: {podCIDR: 10.244.0.0/24, podCIDRs: [10.244.0.0/24, "fd00:10:244::/64"]},
          status: {addresses: [{type: InternalIP, address: 172.18.0.4}, {type: InternalIP, address: "fc00:f853::4"}]}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {nodeName: dual-control-plane, containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, ipFamilyPolicy: SingleStack, ipFamilies: [IPv6], selector: {app: web}, ports: [{port: 80, targetPort: 8080, nodePort: 30682}]}}
        ---
        {apiVersion: nodeportsim.dev/v1alpha1, kind: ExternalClient, metadata: {name: mypc}, spec: {addresses: [172.18.0.100, "fc00:f853::100"]}}
        """);

    private static Simulator GoneEndpoint(string address, string cni = "ptp", ulong seed = 1) => new KernelLab { Cni = cni, Seed = seed }.Start().Load($$$$"""
        {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}, addressType: IPv4, ports: [{name: http, port: 8080}],
          endpoints: [{addresses: [{{{{address}}}}], nodeName: gone}, {addresses: [{{{{WebWorker3}}}}], nodeName: {{{{Worker3}}}} }]}
        """);

    private static Simulator Invalid() => new KernelLab { Sysctls = "net.netfilter.nf_conntrack_tcp_loose: 0", Endpoints = [WebWorker3] }.Start();

    private static NodePortSim.Simulation.Tracing.Trace AfterFlush(Simulator simulator)
    {
        OpenConnection open = simulator.Pod("app-worker").Open(ClusterIP, new ConnectOptions { SourcePort = 40001 });
        simulator.Node(Worker).Conntrack.Flush();
        return open.Explain();
    }

    private static Simulator FullTable()
    {
        Simulator simulator = new KernelLab { Sysctls = "net.netfilter.nf_conntrack_max: 10" }.Start();
        for (int i = 0; i < 10; i++) simulator.Client("mypc").Open(Control + NodePort);
        return simulator;
    }

    private static Simulator PortsExhausted()
    {
        Simulator simulator = PartF_SourcePortTests.Masquerading(" --to-ports 40000-40009", WebWorker);
        for (int i = 0; i < 10; i++) simulator.Client("mypc").Open(Control + NodePort);
        return simulator;
    }

    private static Simulator WithRules(string rules, string? nodes = null, string? endpoints = null, bool unlimited = false)
    {
        KernelLab lab = endpoints is null ? new KernelLab() : new KernelLab { Endpoints = [endpoints] };
        Simulator simulator = (unlimited ? lab.Unlimited() : lab).Start();
        foreach (string node in nodes is null ? Nodes : [nodes]) simulator.Node(node).Iptables.Restore(rules);
        return simulator;
    }

    private static DropSample Reject(string with, Outcome outcome) => new(
        outcome, RejectedByRule, () => WithRules($"*filter\n-I FORWARD -p tcp -m tcp --dport 8080 -j REJECT --reject-with {with}\nCOMMIT\n", nodes: Control, unlimited: true), "app-control", WebWorker + ":8080");

    private static Simulator RateLimited()
    {
        Simulator simulator = Lab(replicas: 0);
        for (int i = 0; i < 6; i++) simulator.Client("mypc").Connect(Worker + NodePort);
        return simulator;
    }

    private static Simulator ReversePath() => new KernelLab { Sysctls = "net.ipv4.conf.all.rp_filter: 1" }.Start().Load($$$$"""
        {apiVersion: v1, kind: Node, metadata: {name: {{{{Worker}}}}, annotations: {nodeportsim.dev/extra-addresses: "eth1=10.77.0.11/24"}}, spec: {podCIDR: 10.10.2.0/24, podCIDRs: [10.10.2.0/24]},
          status: {addresses: [{type: InternalIP, address: {{{{WorkerAddress}}}} }, {type: Hostname, address: {{{{Worker}}}} }]}}
        ---
        {apiVersion: nodeportsim.dev/v1alpha1, kind: ExternalClient, metadata: {name: far}, spec: {addresses: [10.77.0.100/24], routes: [{to: 172.18.0.5/32, via: 172.18.0.5}]}}
        """);
}
