using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>Warns of given pod addresses that no container network would give.</summary>
internal static class PodAddressWarnings
{
    /// <summary>Looks at the pods that the verb wrote.</summary>
    public static void Run(ClusterDraft draft)
    {
        if (draft.Pods.Touched.Count == 0) return;
        foreach (ObjectKey key in draft.Pods.Touched)
            if (draft.Pods.TryGet(key, out Pod? pod)) WarnOfForeignAddress(draft, key, pod);
        WarnOfSharedAddresses(draft);
    }

    private static void WarnOfForeignAddress(ClusterDraft draft, ObjectKey key, Pod pod)
    {
        if (pod.Spec.HostNetwork || pod.Spec.NodeName is null) return;
        if (!draft.Nodes.TryGet(pod.Spec.NodeName, out Node? node))
        {
            draft.Warnings.Add($"pod {key} runs on node \"{pod.Spec.NodeName}\", which does not exist");
            return;
        }

        foreach (string ip in pod.Status.PodIPs)
        {
            IpAddr address = IpAddr.Parse(ip);
            if (node.Spec.PodCIDRs.Any(cidr => IpCidr.Parse(cidr).Contains(address))) continue;
            draft.Warnings.Add($"pod {key} has address {ip}, which is outside the pod network {string.Join(", ", node.Spec.PodCIDRs.AsEnumerable())} of its node \"{node.Name}\"");
        }
    }

    private static void WarnOfSharedAddresses(ClusterDraft draft)
    {
        var owners = new Dictionary<string, ObjectKey>(StringComparer.Ordinal);
        foreach ((ObjectKey key, Pod pod) in draft.Pods.Rows)
        {
            if (pod.Spec.HostNetwork || pod.Status.Phase is not (null or "Running")) continue;
            foreach (string ip in pod.Status.PodIPs)
                if (!owners.TryAdd(ip, key) && owners[ip] != key) draft.Warnings.Add($"pods {owners[ip]} and {key} have the same address {ip}");
        }
    }
}
