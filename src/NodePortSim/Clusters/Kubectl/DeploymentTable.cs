using System.Globalization;
using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Kubernetes;

namespace NodePortSim.Clusters.Kubectl;

/// <summary>The table of Deployments. Their pods are always of the newest template: a rollout ends within the verb that starts it.</summary>
internal static class DeploymentTable
{
    public static KubectlTable Of(ClusterState state, KubectlGetOptions options)
    {
        var table = new KubectlTable("deployment.apps", "READY", "UP-TO-DATE", "AVAILABLE", "AGE", "*CONTAINERS", "*IMAGES", "*SELECTOR");
        foreach ((ObjectKey key, Deployment deployment) in state.Deployments)
        {
            if (options.Namespace is { } space && key.Namespace != space) continue;
            List<Pod> pods = [.. state.Pods.Where(pod => state.DeploymentOf(pod.Key) == key).Select(static pod => pod.Value)];
            int ready = pods.Count(PodTable.IsReady);
            var containers = deployment.Spec.Template.Spec.Containers;
            table.Add(
                key,
                string.Create(CultureInfo.InvariantCulture, $"{ready}/{deployment.Spec.Replicas ?? 1}"),
                pods.Count.ToString(CultureInfo.InvariantCulture),
                ready.ToString(CultureInfo.InvariantCulture),
                HumanDuration.Format(options.Age),
                string.Join(',', containers.Select(static container => container.Name)),
                string.Join(',', containers.Select(static container => container.Image)),
                deployment.Spec.Selector.ToString());
        }

        return table;
    }
}
