using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Kubernetes.Validation;
using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>Makes the nodes of kind's configuration, and gives every node its addresses and pod networks.</summary>
/// <remarks>
/// kind starts its containers in the order of its configuration; on a real host the container runtime hands out addresses in the order in
/// which they happen to come up, here always in that order. A Node that is given wins over one of its name that kind would make.
/// </remarks>
internal static class NodeController
{
    private const string ControlPlaneLabel = "node-role.kubernetes.io/control-plane";
    private const string HostnameLabel = "kubernetes.io/hostname";

    /// <summary>Brings the draft's nodes to what its configuration asks for.</summary>
    public static void Run(ClusterDraft draft, ClusterNetworks networks)
    {
        List<Node> wanted = draft.KindCluster is { } kind ? NodesOf(kind) : [];
        HashSet<string> names = [.. wanted.Select(static node => node.Name)];
        foreach (string name in draft.ManagedNodes.Where(name => !names.Contains(name)).ToList()) draft.RemoveNode(name);
        foreach (Node node in wanted)
        {
            if (!draft.Nodes.TryGet(node.Name, out Node? present)) draft.PutNode(node, managed: true);
            else if (draft.IsManagedNode(node.Name))
                draft.PutNode(node with { Status = present.Status, Spec = present.Spec with { Taints = node.Spec.Taints } }, managed: true);
        }

        // Control-plane nodes register first, and the controller manager hands pod networks out in that order.
        IEnumerable<string> order = wanted.Select(static node => node.Name)
            .Concat(draft.Nodes.Rows.Select(static row => row.Key).Where(name => !names.Contains(name)));
        GiveAddresses(draft, networks, order.ToList());
        GivePodNetworks(draft, networks, order.ToList());
        WarnOfSharedAddresses(draft);
    }

    private static List<Node> NodesOf(KindCluster kind)
    {
        string prefix = kind.Name.Length > 0 ? kind.Name : "kind";
        EquatableArray<KindNode> roles = kind.Nodes.IsEmpty ? [new KindNode("control-plane", default)] : kind.Nodes;
        bool hasWorkers = roles.Any(static node => node.Role == "worker");
        var nodes = new List<Node>();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (KindNode role in roles)
        {
            string name = role.Role.Length > 0 ? role.Role : "control-plane";
            int number = counts[name] = counts.GetValueOrDefault(name) + 1;
            string nodeName = number == 1 ? $"{prefix}-{name}" : $"{prefix}-{name}{GoValue.Number(number)}";
            StringMap labels = role.Labels.With(HostnameLabel, nodeName).With("kubernetes.io/os", "linux");
            bool controlPlane = name == "control-plane";
            nodes.Add(new Node
            {
                Metadata = new ObjectMeta { Name = nodeName, Labels = controlPlane ? labels.With(ControlPlaneLabel, "") : labels },
                Spec = new NodeSpec { Taints = controlPlane && hasWorkers ? [new Taint(ControlPlaneLabel, "", "NoSchedule")] : [] },
            });
        }

        return nodes;
    }

    private static void GiveAddresses(ClusterDraft draft, ClusterNetworks networks, List<string> order)
    {
        List<string> lacking = order.Where(name => !draft.Nodes[name].Status.Addresses.Any(static a => a.Type == "InternalIP")).ToList();
        if (lacking.Count == 0) return;
        HashSet<IpAddr> used = [];
        foreach ((_, Node node) in draft.Nodes.Rows)
            foreach (NodeAddress address in node.Status.Addresses)
                if (IpAddr.TryParse(address.Address, out IpAddr ip)) used.Add(ip);
        foreach ((_, ExternalClient client) in draft.ExternalClients.Rows)
            foreach (string address in client.Addresses)
                if (IpAddr.TryParse(address.Split('/')[0], out IpAddr ip)) used.Add(ip);
        if (draft.Network is { } network)
            foreach (string gateway in network.Gateways) used.Add(IpAddr.Parse(gateway));
        foreach (string name in lacking)
        {
            Node node = draft.Nodes[name];
            var addresses = new List<NodeAddress>();
            foreach (IpFamily family in networks.Families)
            {
                IpCidr subnet = draft.Options.NodeSubnets.FirstOrDefault(subnet => subnet.Family == family);
                if (subnet.PrefixLength == 0) continue;
                IpAddr address = subnet.Address.Add(2);
                while (!used.Add(address)) address = address.Add(1);
                addresses.Add(new NodeAddress("InternalIP", address.ToString()));
            }

            if (!node.Status.Addresses.Any(static a => a.Type == "Hostname")) addresses.Add(new NodeAddress("Hostname", name));
            draft.Nodes.Put(name, node with { Status = node.Status with { Addresses = addresses.Concat(node.Status.Addresses).ToEquatableArray() } });
            if (!draft.IsManagedNode(name)) draft.Warnings.Add($"node \"{name}\" has no InternalIP; it was given {string.Join(" and ", addresses.Where(static a => a.Type == "InternalIP").Select(static a => a.Address))}");
        }
    }

    private static void GivePodNetworks(ClusterDraft draft, ClusterNetworks networks, List<string> order)
    {
        if (order.TrueForAll(name => !draft.Nodes[name].Spec.PodCIDRs.IsEmpty)) return;
        HashSet<IpAddr> used = [];
        foreach ((_, Node node) in draft.Nodes.Rows)
            foreach (string cidr in node.Spec.PodCIDRs) used.Add(IpCidr.Parse(cidr).Address);
        foreach (string name in order)
        {
            Node node = draft.Nodes[name];
            if (!node.Spec.PodCIDRs.IsEmpty) continue;
            var cidrs = new List<string>();
            foreach (IpFamily family in networks.Families)
                if (NextPodNetwork(networks.PodSubnet(family), used) is { } cidr) cidrs.Add(cidr.ToString());
            if (cidrs.Count == 0) draft.Warnings.Add($"node \"{name}\" has no podCIDR: the cluster's pod network has none left");
            else draft.Nodes.Put(name, node with { Spec = node.Spec with { PodCIDR = cidrs[0], PodCIDRs = cidrs.ToEquatableArray() } });
        }
    }

    private static IpCidr? NextPodNetwork(IpCidr subnet, HashSet<IpAddr> used)
    {
        // The controller manager's masks: /24 and /64, or the subnet's own where that is smaller.
        int length = Math.Max(subnet.PrefixLength, subnet.Family == IpFamily.IPv4 ? 24 : 64);
        for (ulong i = 0; i < 1UL << Math.Min(length - subnet.PrefixLength, 16); i++)
        {
            IpAddr address = subnet.Family == IpFamily.IPv4
                ? subnet.Address.Add(i << (32 - length))
                : length <= 64 ? new IpAddr(subnet.Address.High + (i << (64 - length)), subnet.Address.Low) : subnet.Address.Add(i << (128 - length));
            if (used.Add(address)) return new IpCidr(address, length);
        }

        return null;
    }

    // The API server does not compare nodes with each other, and a cluster of such nodes runs, badly: a warning, not an error.
    private static void WarnOfSharedAddresses(ClusterDraft draft)
    {
        if (draft.Nodes.Touched.Count == 0) return;
        var owners = new Dictionary<IpAddr, string>();
        foreach ((string name, Node node) in draft.Nodes.Rows)
        {
            foreach (NodeAddress address in node.Status.Addresses)
            {
                if (!IpAddr.TryParse(address.Address, out IpAddr ip) || owners.TryAdd(ip, name) || owners[ip] == name) continue;
                draft.Warnings.Add($"nodes \"{owners[ip]}\" and \"{name}\" have the same address {ip}");
            }
        }
    }
}
