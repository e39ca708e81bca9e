using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>Gives scheduled pods their addresses: the next free one of the node's pod network, as the host-local plugin does, from the second on.</summary>
/// <remarks>The first address of the network is the gateway's. Pods on the host's network have the node's addresses.</remarks>
internal static class PodAddressAllocator
{
    /// <summary>Gives addresses to the draft's pods that have a node but none, and starts them.</summary>
    public static void Run(ClusterDraft draft)
    {
        if (draft.Pods.Touched.Count == 0 && draft.Nodes.Touched.Count == 0) return;
        List<ObjectKey> waiting = draft.Pods.Rows.Where(static row => NeedsAddress(row.Value)).Select(static row => row.Key).ToList();
        if (waiting.Count > 0)
        {
            HashSet<IpAddr> used = UsedAddresses(draft);
            var next = new Dictionary<IpCidr, IpAddr>();
            foreach (ObjectKey key in waiting.OrderBy(pod => draft.PodOwners.TryGet(pod, out PodOwner? owner) ? owner.Ordinal : -1).ThenBy(static pod => pod))
                Give(draft, key, used, next);
        }

        PodAddressWarnings.Run(draft);
    }

    private static bool NeedsAddress(Pod pod) =>
        pod.Spec.NodeName is not null && pod.Status.PodIPs.IsEmpty && (pod.Status.Phase is null or "Running");

    private static void Give(ClusterDraft draft, ObjectKey key, HashSet<IpAddr> used, Dictionary<IpCidr, IpAddr> next)
    {
        Pod pod = draft.Pods[key];
        if (pod.Spec.NodeName is null || !draft.Nodes.TryGet(pod.Spec.NodeName, out Node? node))
        {
            draft.Warnings.Add($"pod {key} has no address: its node \"{pod.Spec.NodeName}\" does not exist");
            return;
        }

        var ips = new List<string>();
        if (pod.Spec.HostNetwork)
        {
            ips.AddRange(node.Status.Addresses.Where(static a => a.Type == "InternalIP").Select(static a => a.Address));
        }
        else
        {
            foreach (string text in node.Spec.PodCIDRs)
            {
                IpCidr cidr = IpCidr.Parse(text);
                if (Next(cidr, used, next) is { } address) ips.Add(address.ToString());
                else draft.Warnings.Add($"pod {key} has no address: no IP addresses available in the pod network {cidr} of node \"{node.Name}\"");
            }
        }

        if (ips.Count > 0) draft.Pods.Put(key, pod with { Status = pod.Status with { Phase = "Running", PodIPs = ips.ToEquatableArray() } });
    }

    private static IpAddr? Next(IpCidr cidr, HashSet<IpAddr> used, Dictionary<IpCidr, IpAddr> next)
    {
        // In IPv4 the last address is the subnet's broadcast address.
        IpAddr last = cidr.LastAddress;
        IpAddr address = next.TryGetValue(cidr, out IpAddr begin) ? begin : cidr.Address.Add(2);
        while (cidr.Contains(address) && (address != last || !cidr.Address.IsIPv4))
        {
            IpAddr candidate = address;
            address = address.Add(1);
            next[cidr] = address;
            if (used.Add(candidate)) return candidate;
        }

        return null;
    }

    private static HashSet<IpAddr> UsedAddresses(ClusterDraft draft)
    {
        HashSet<IpAddr> used = [];
        foreach ((_, Pod pod) in draft.Pods.Rows)
            foreach (string ip in pod.Status.PodIPs) Add(ip);

        // Endpoints without a Pod object are pods too, implied ones.
        foreach ((ObjectKey key, EndpointSlice slice) in draft.EndpointSlices.Rows)
        {
            if (draft.IsManagedSlice(key)) continue;
            foreach (Endpoint endpoint in slice.Endpoints)
                foreach (string address in endpoint.Addresses) Add(address);
        }

        foreach ((_, Endpoints endpoints) in draft.Endpoints.Rows)
            foreach (EndpointSubset subset in endpoints.Subsets)
                foreach (EndpointAddress address in subset.Addresses.Concat(subset.NotReadyAddresses)) Add(address.Ip);
        return used;

        void Add(string text)
        {
            if (IpAddr.TryParse(text, out IpAddr address)) used.Add(address);
        }
    }
}
