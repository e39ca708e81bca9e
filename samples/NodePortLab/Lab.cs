using NodePortSim.Clusters.Kubectl;
using NodePortSim.Iptables;
using NodePortSim.Kubernetes;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Tracing;

namespace NodePortLab;

/// <summary>The lab: a NodePort Service on four nodes, from its first connection to its end.</summary>
public sealed class Lab
{
    private const string Port = "30682";
    private const string ClusterIp = "service/default/svc-nodeport:9000";
    private const int Connections = 100;

    private readonly Simulator _sim;
    private readonly LabPage _page;
    private readonly SimulatedHost _mypc;
    private readonly SimulatedNode _ingress;
    private readonly DateTimeOffset _started;

    public Lab(string manifests, LabPage page)
    {
        _page = page;
        _sim = Simulator.FromManifests(
            Path.Combine(manifests, "cluster.yaml"),
            Path.Combine(manifests, "echo-deploy.yaml"),
            Path.Combine(manifests, "svc-nodeport.yaml"));
        _started = _sim.Time.GetUtcNow();
        _mypc = _sim.Client("mypc");
        _ingress = _sim.Node("myk8s-control-plane");
    }

    public void Play()
    {
        ShowCluster();
        ConnectToEveryNode();
        ConnectToClusterIp();
        LookInsideTheIngressNode();
        KeepTrafficOnItsNode();
        DeleteEverything();
    }

    private void ShowCluster()
    {
        _page.Heading("A Deployment of three web servers, and a NodePort Service before it");
        GetAll();
    }

    private void ConnectToEveryNode()
    {
        _page.Heading($"mypc connects {Connections} times to port {Port} of each node");
        _page.Say("""
            Every node answers, the control plane too, which runs no pod. Every pod serves, whichever node was asked. No pod sees mypc:
            the node that was asked masquerades the connection as its own, so that the answer comes back through it. A pod on that
            very node sees the node's address on the pod's own link.
            """);
        foreach (SimulatedNode node in _sim.Nodes) Connect(_mypc, $"{node.Name}:{Port}");
    }

    private void ConnectToClusterIp()
    {
        _page.Heading("The cluster IP is reached from inside only");
        Connect(_ingress, ClusterIp);
        Connect(_mypc, ClusterIp, count: 1);
    }

    private void LookInsideTheIngressNode()
    {
        _page.Heading($"Inside {_ingress.Name}, through which connections come in");
        FlushConntrack();
        _page.Say("The connections that it translates: towards the pod in the first half of each line, the answer's way in the second.");
        _mypc.ConnectMany($"{_ingress.Name}:{Port}", 3);
        _page.Shell("conntrack -L --any-nat", _ingress.Conntrack.Lines(new ConntrackFilter { AnyNat = true }));

        _page.Say($"Its rules, and how many of {Connections} more connections each one saw: one packet each, since nat rules see a connection's first packet only.");
        _ingress.Iptables.Zero(IptablesTable.Nat);
        _mypc.ConnectMany($"{_ingress.Name}:{Port}", Connections);
        foreach (string chain in (string[])["KUBE-NODEPORTS", ChainNamed("KUBE-EXT-"), ChainNamed("KUBE-SVC-"), "KUBE-POSTROUTING"])
            _page.Shell($"iptables -v -n -t nat -L {chain}", _ingress.Iptables.List(IptablesTable.Nat, chain));

        _page.Say("Nothing to count for kube-proxy's accounting objects: no packet was INVALID, and nobody asked 127.0.0.1.");
        _page.Shell("nfacct list", _ingress.NfacctList());
        _page.Say("The rules of the port are the same on every node.");
        foreach (SimulatedNode node in _sim.Nodes)
            _page.Shell($"ssh {node.Name} iptables -t nat -S KUBE-NODEPORTS", node.Iptables.Spec(IptablesTable.Nat, "KUBE-NODEPORTS"));

        _page.Say("One connection, step by step: what decided, where, and why.");
        _page.Block(TraceText.Write(_mypc.Trace($"{_ingress.Name}:{Port}"), seed: _sim.Options.Seed));
    }

    private void KeepTrafficOnItsNode()
    {
        _page.Heading("externalTrafficPolicy: Local");
        _sim.Cluster.Patch("svc-nodeport", spec => spec with { ExternalTrafficPolicy = TrafficPolicy.Local });
        _sim.Cluster.Scale("deploy-echo", 2);
        FlushConntrack();
        _page.Say("The Service is patched, the Deployment scaled to two pods, and every node's conntrack table flushed.");
        GetAll();
        _page.Say("""
            A node with a pod answers from that pod alone, and the pod sees mypc itself: nothing needs masquerading where the answer
            goes back through the node anyway. A node without one drops the connection.
            """);
        foreach (SimulatedNode node in _sim.Nodes) Connect(_mypc, $"{node.Name}:{Port}");

        _page.Say("Why it is dropped, and what would help; each of these fixes was tried on a copy of the cluster.");
        _page.Block(TraceText.Write(_mypc.Explain($"{_ingress.Name}:{Port}"), seed: _sim.Options.Seed));

        _page.Say("The chain that leads to a node's own pods, on each node: a node without a pod has nothing to put into it, and no chain.");
        foreach (SimulatedNode node in _sim.Nodes)
            _page.Shell($"ssh {node.Name} iptables -t nat -S | grep KUBE-SVL", NatRules(node).Where(rule => rule.Contains("KUBE-SVL", StringComparison.Ordinal)));
    }

    private void DeleteEverything()
    {
        _page.Heading("Everything deleted");
        _sim.Cluster.Delete("service", "svc-nodeport");
        _sim.Cluster.Delete("deployment", "deploy-echo");
        GetAll();
        foreach (SimulatedNode node in _sim.Nodes)
            _page.Shell($"ssh {node.Name} iptables -t nat -S | grep -c svc-nodeport", $"{NatRules(node).Count(rule => rule.Contains("svc-nodeport", StringComparison.Ordinal))}");
        Connect(_mypc, $"{_ingress.Name}:{Port}", count: 1);
    }

    private void Connect(SimulatedHost from, string to, int count = Connections) => Answers.Print(from.ConnectMany(to, count), to, _page);

    private void GetAll()
    {
        TimeSpan age = _sim.Time.GetUtcNow() - _started;
        var options = new KubectlGetOptions { Wide = true, Age = age };
        _page.Shell("kubectl get deploy,pod,svc,ep -o wide", KubectlGet.Print(_sim.Cluster.State, "deploy,pod,svc,ep", options));
    }

    private void FlushConntrack()
    {
        foreach (SimulatedNode node in _sim.Nodes) node.Conntrack.Flush();
    }

    private static string[] NatRules(SimulatedNode node) => node.Iptables.Spec(IptablesTable.Nat).Split('\n');

    private string ChainNamed(string prefix) => _ingress.Iptables.Rules()[IptablesTable.Nat]!.Chains
        .Select(chain => chain.Name)
        .First(name => name.StartsWith(prefix, StringComparison.Ordinal));
}
