using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>Makes and removes pods until each Deployment has as many of its template as it asks for: the end of every rollout, at once.</summary>
internal static class DeploymentController
{
    /// <summary>Brings the draft's pods to what its Deployments ask for; new pods have no node yet.</summary>
    public static void Run(ClusterDraft draft)
    {
        if (draft.Deployments.Touched.Count == 0 && draft.Pods.Touched.Count == 0) return;
        var owned = new Dictionary<ObjectKey, List<ObjectKey>>();
        foreach ((ObjectKey pod, PodOwner owner) in draft.PodOwners.Snapshot())
        {
            if (!draft.Deployments.Contains(owner.Deployment)) draft.RemovePod(pod);
            else if (draft.Pods.Contains(pod)) Of(owned, owner.Deployment).Add(pod);
            else draft.PodOwners.Remove(pod);
        }

        foreach ((ObjectKey key, Deployment deployment) in draft.Deployments.Rows)
            Reconcile(draft, key, deployment, Of(owned, key));
    }

    private static void Reconcile(ClusterDraft draft, ObjectKey key, Deployment deployment, List<ObjectKey> pods)
    {
        string hash = PodNames.TemplateHash(deployment.Spec.Template);
        foreach (ObjectKey pod in pods.Where(pod => draft.PodOwners[pod].TemplateHash != hash).ToList())
        {
            draft.RemovePod(pod);
            pods.Remove(pod);
        }

        int wanted = deployment.Spec.Replicas ?? 1;
        if (pods.Count < wanted) Adopt(draft, key, deployment, hash, pods, wanted - pods.Count);
        while (pods.Count < wanted) pods.Add(Create(draft, key, deployment, hash));
        foreach (ObjectKey pod in ToRemove(draft, pods).Take(pods.Count - wanted).ToList()) draft.RemovePod(pod);
    }

    // Pods of a copied cluster come with the hash of the template that the real controller computed; they are the Deployment's.
    private static void Adopt(ClusterDraft draft, ObjectKey key, Deployment deployment, string hash, List<ObjectKey> pods, int count)
    {
        foreach ((ObjectKey podKey, Pod pod) in draft.Pods.Rows)
        {
            if (count == 0) return;
            bool orphan = podKey.Namespace == key.Namespace && !draft.PodOwners.Contains(podKey)
                && pod.Metadata.Labels.ContainsKey(PodNames.TemplateHashLabel) && deployment.Spec.Selector.IsSubsetOf(pod.Metadata.Labels)
                && pod.Status.Phase is not ("Succeeded" or "Failed") && pod.Metadata.DeletionTimestamp is null;
            if (!orphan) continue;
            draft.PodOwners.Put(podKey, new PodOwner(key, hash, draft.NextOrdinal(key)));
            pods.Add(podKey);
            count--;
        }
    }

    private static ObjectKey Create(ClusterDraft draft, ObjectKey key, Deployment deployment, string hash)
    {
        ObjectKey pod;
        int ordinal;
        do
        {
            ordinal = draft.NextOrdinal(key);
            string prefix = $"{key.Name}-{hash}-";
            pod = new ObjectKey(key.Namespace, PodNames.Generate(prefix, RandomSource.For(draft.Options.Seed, $"pod/{key}/{hash}/{ordinal}")));
        }
        while (draft.Pods.Contains(pod));
        PodTemplate template = deployment.Spec.Template;
        draft.PodOwners.Put(pod, new PodOwner(key, hash, ordinal));
        draft.Pods.Put(pod, new Pod
        {
            Metadata = template.Metadata with
            {
                Name = pod.Name,
                Namespace = pod.Namespace,
                GenerateName = $"{key.Name}-{hash}-",
                Labels = template.Metadata.Labels.With(PodNames.TemplateHashLabel, hash),
            },
            Spec = template.Spec,
        });
        return pod;
    }

    // The ReplicaSet controller's order: without a node, not running, not ready, on nodes with more of them, youngest first.
    private static IEnumerable<ObjectKey> ToRemove(ClusterDraft draft, List<ObjectKey> pods)
    {
        Dictionary<string, int> perNode = pods
            .Select(pod => draft.Pods[pod].Spec.NodeName ?? "")
            .CountBy(static name => name)
            .ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal);
        return pods
            .OrderBy(pod => draft.Pods[pod].Spec.NodeName is not null)
            .ThenBy(pod => draft.Pods[pod].Status.Phase is null or "Running")
            .ThenBy(pod => draft.Pods[pod].Status.Ready ?? true)
            .ThenByDescending(pod => perNode[draft.Pods[pod].Spec.NodeName ?? ""])
            .ThenByDescending(pod => draft.PodOwners[pod].Ordinal);
    }

    private static List<ObjectKey> Of(Dictionary<ObjectKey, List<ObjectKey>> owned, ObjectKey deployment)
    {
        if (!owned.TryGetValue(deployment, out List<ObjectKey>? pods)) owned[deployment] = pods = [];
        return pods;
    }
}
