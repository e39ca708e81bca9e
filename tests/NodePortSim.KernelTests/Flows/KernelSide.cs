using System.Text.RegularExpressions;
using NodePortSim.Clusters;
using NodePortSim.Iptables.Text;
using NodePortSim.KernelTests.Kernel;
using NodePortSim.KernelTests.Labs;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.KernelTests.Flows;

/// <summary>A cluster in the kernel: the network that the simulator plans, with the simulator's own rules in its nodes.</summary>
internal sealed partial class KernelSide : IDisposable
{
    private static readonly TimeSpan NoRouteInterval = TimeSpan.FromSeconds(1.1);

    private const string Separator = "----";

    private readonly ManualResetEventSlim _never = new();
    private readonly LabNetwork _network;
    private readonly EchoServers _servers;
    private readonly LabClient _client;

    public KernelSide(HostPlan plan, Simulator simulator)
    {
        _network = new LabNetwork(plan);
        try
        {
            _servers = new EchoServers(plan, _network);
            _client = new LabClient(_servers);
            foreach (SimulatedNode node in simulator.Nodes)
                foreach (IpFamily family in (IpFamily[])[IpFamily.IPv4, IpFamily.IPv6])
                    Restore(node.Name, family, SaveWriter.Write(node.Iptables.Rules(family)));
        }
        catch
        {
            _servers?.Dispose();
            _network.Dispose();
            throw;
        }
    }

    /// <summary>Tables that <c>iptables-save</c> gave back otherwise than <c>iptables-restore</c> took them, by node and family; none if all is well.</summary>
    public List<string> ChangedRules { get; } = [];

    public void Dispose()
    {
        _servers.Dispose();
        _network.Dispose();
        _never.Dispose();
    }

    /// <summary>Forgets connections and, where asked, whom session affinity remembers.</summary>
    public void Forget(bool affinity)
    {
        _network.Nodes.ToArray().AsParallel().ForAll(node =>
        {
            _network[node].Tool("conntrack", "-F");
            if (affinity) _network[node].ForgetRecent();
        });
    }

    public LabConnection Connect(LabFlow flow, ushort sourcePort)
    {
        LabConnection made = _client.Connect(_network[flow.From], flow.Protocol, flow.To, sourcePort);

        // A router tells a sender five times in a row that there is no route, and then once a second, even where errors are not limited.
        // That is time of the kernel, and no virtual clock can pass it.
        if (made.Outcome == Outcome.Unreachable) _never.Wait(NoRouteInterval);
        return made;
    }

    /// <summary>Sends an ICMP echo request, and tells what came of it.</summary>
    public string Ping(string from, IpAddr source, IpAddr to) => LabPing.Send(_network[from], source, to);

    /// <summary>Opens a connection and lets the server answer once.</summary>
    public LabOpenConnection Open(string from, IpEndpoint to, ushort sourcePort) => new(_network[from], to, sourcePort);

    /// <summary>Adds rules to a node's.</summary>
    public void AddRules(string node, string text) => _network[node].ToolWithInput(text, "iptables-restore", "--noflush");

    private void Restore(string node, IpFamily family, string text)
    {
        _network[node].Restore(family, text);

        // The kernel's own IPv6 packets have reached policies already.
        string saved = PolicyCounters().Replace(_network[node].Save(family), "[0:0]");
        if (saved != text) ChangedRules.Add($"{node} {family}: loaded\n{text}\nsaved\n{saved}");
    }

    /// <summary>The counters and entries of all nodes as they are.</summary>
    public IReadOnlyList<NodeSnapshot> Look(IpFamily family)
    {
        (string program, string name) = family == IpFamily.IPv4 ? ("iptables-save", "ipv4") : ("ip6tables-save", "ipv6");
        string script = $"set -e; {program} -c; echo {Separator}; conntrack -L -f {name}; echo {Separator}; nfacct list";
        return [.. _network.Nodes.ToArray().AsParallel().AsOrdered().Select(node =>
        {
            string[] parts = _network[node].Tool("sh", "-c", script).Split(Separator + "\n");
            return new NodeSnapshot(node, parts[0], parts[1].Split('\n', StringSplitOptions.RemoveEmptyEntries), parts[2]);
        })];
    }

    [GeneratedRegex(@"(?<=^:\S+ \S+ )\[\d+:\d+\]$", RegexOptions.Multiline)]
    private static partial Regex PolicyCounters();
}
