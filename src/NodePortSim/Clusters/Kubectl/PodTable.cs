using System.Globalization;
using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Kubernetes;

namespace NodePortSim.Clusters.Kubectl;

/// <summary>The table of Pods. Containers never restart; all of a pod are ready, or none.</summary>
internal static class PodTable
{
    private const string Nothing = "<none>";

    public static KubectlTable Of(ClusterState state, KubectlGetOptions options)
    {
        var table = new KubectlTable("pod", "READY", "STATUS", "RESTARTS", "AGE", "*IP", "*NODE", "*NOMINATED NODE", "*READINESS GATES");
        foreach ((ObjectKey key, Pod pod) in state.Pods)
        {
            if (options.Namespace is { } space && key.Namespace != space) continue;
            int containers = Math.Max(pod.Spec.Containers.Count, 1);
            table.Add(
                key,
                string.Create(CultureInfo.InvariantCulture, $"{(IsReady(pod) ? containers : 0)}/{containers}"),
                StatusOf(pod),
                "0",
                HumanDuration.Format(options.Age),
                pod.Status.PodIPs.IsEmpty ? Nothing : pod.Status.PodIPs[0],
                pod.Spec.NodeName ?? Nothing,
                Nothing,
                Nothing);
        }

        return table;
    }

    public static bool IsReady(Pod pod) => pod.Status is { Phase: null or "Running", Ready: not false } && pod.Spec.NodeName is not null;

    private static string StatusOf(Pod pod) => pod.Metadata.DeletionTimestamp is not null ? "Terminating"
        : pod.Status.Phase == "Succeeded" ? "Completed"
        : pod.Status.Phase ?? (pod.Spec.NodeName is null ? "Pending" : "Running");
}
