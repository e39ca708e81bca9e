using System.Globalization;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>Gives each pod without node one that it may run on: the one with the fewest pods of its Deployment.</summary>
/// <remarks>
/// Of the real scheduler's rules the ones that need no resources: cordoned nodes, taints and tolerations, nodeSelector; ties are drawn.
/// </remarks>
internal static class Scheduler
{
    private static readonly Taint Cordoned = new("node.kubernetes.io/unschedulable", "", "NoSchedule");

    /// <summary>Schedules the draft's pods.</summary>
    public static void Run(ClusterDraft draft)
    {
        if (draft.Pods.Touched.Count == 0 && draft.Nodes.Touched.Count == 0) return;
        List<ObjectKey> waiting = draft.Pods.Rows
            .Where(static row => row.Value.Spec.NodeName is null && row.Value.Status.Phase is not ("Succeeded" or "Failed"))
            .Select(static row => row.Key)
            .OrderBy(pod => draft.PodOwners.TryGet(pod, out PodOwner? owner) ? owner.Ordinal : -1)
            .ThenBy(static pod => pod)
            .ToList();
        if (waiting.Count == 0) return;
        var load = new Load(draft);
        foreach (ObjectKey key in waiting) Place(draft, key, load);
    }

    private static void Place(ClusterDraft draft, ObjectKey key, Load load)
    {
        Pod pod = draft.Pods[key];
        var reasons = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var best = new List<string>();
        (int, int, int) bestScore = default;
        int nodes = 0;
        foreach ((string name, Node node) in draft.Nodes.Rows)
        {
            nodes++;
            if (WhyNot(pod.Spec, node) is { } reason)
            {
                reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
                continue;
            }

            (int, int, int) score = (AvoidedTaints(pod.Spec, node), load.OfDeployment(key, name), load.OfNode(key, name));
            int order = best.Count == 0 ? -1 : score.CompareTo(bestScore);
            if (order > 0) continue;
            if (order < 0) best.Clear();
            bestScore = score;
            best.Add(name);
        }

        if (best.Count == 0)
        {
            draft.Pods.Put(key, pod with { Status = pod.Status with { Phase = "Pending" } });
            string list = string.Join(", ", reasons.Select(static r => string.Create(CultureInfo.InvariantCulture, $"{r.Value} {r.Key}")));
            string text = nodes == 0
                ? $"pod {key} is not scheduled: no nodes available to schedule pods"
                : string.Create(CultureInfo.InvariantCulture, $"pod {key} is not scheduled: 0/{nodes} nodes are available: {list}.");
            draft.Warnings.Add(text);
            return;
        }

        string chosen = best[(int)RandomSource.For(draft.Options.Seed, $"schedule/{key}").NextBelow((uint)best.Count)];
        load.Add(key, chosen);
        PodStatus status = pod.Status.Phase == "Pending" ? pod.Status with { Phase = null } : pod.Status;
        draft.Pods.Put(key, pod with { Spec = pod.Spec with { NodeName = chosen }, Status = status });
    }

    private static string? WhyNot(PodSpec spec, Node node)
    {
        if (node.Spec.Unschedulable && !Tolerates(spec, Cordoned)) return "node(s) were unschedulable";
        foreach (Taint taint in node.Spec.Taints)
            if (taint.Effect is "NoSchedule" or "NoExecute" && !Tolerates(spec, taint)) return $"node(s) had untolerated taint {{{taint.Key}: {taint.Value}}}";
        foreach ((string key, string value) in spec.NodeSelector)
            if (LabelOf(node, key) != value) return "node(s) didn't match Pod's node affinity/selector";
        return null;
    }

    // The kubelet labels its node so, whether or not the manifest shows it.
    private static string? LabelOf(Node node, string key) => node.Metadata.Labels[key] ?? key switch
    {
        "kubernetes.io/hostname" => node.Name,
        "kubernetes.io/os" => "linux",
        _ => null,
    };

    private static int AvoidedTaints(PodSpec spec, Node node) =>
        node.Spec.Taints.Count(taint => taint.Effect == "PreferNoSchedule" && !Tolerates(spec, taint));

    private static bool Tolerates(PodSpec spec, Taint taint) => spec.Tolerations.Any(toleration =>
        (toleration.Effect.Length == 0 || toleration.Effect == taint.Effect)
        && (toleration.Key.Length == 0 || toleration.Key == taint.Key)
        && (toleration.Operator == "Exists" || toleration.Key.Length > 0 && toleration.Value == taint.Value));

    /// <summary>How many pods each node has, altogether and of each Deployment.</summary>
    private sealed class Load
    {
        private readonly ClusterDraft _draft;
        private readonly Dictionary<(ObjectKey, string), int> _ofDeployment = [];
        private readonly Dictionary<string, int> _ofNode = new(StringComparer.Ordinal);

        public Load(ClusterDraft draft)
        {
            _draft = draft;
            foreach ((ObjectKey key, Pod pod) in draft.Pods.Rows)
                if (pod.Spec.NodeName is { } node) Add(key, node);
        }

        public int OfDeployment(ObjectKey pod, string node) =>
            _draft.PodOwners.TryGet(pod, out PodOwner? owner) ? _ofDeployment.GetValueOrDefault((owner.Deployment, node)) : 0;

        /// <summary>A Deployment's pods spread by their own number alone; a pod by itself goes where the fewest pods are.</summary>
        public int OfNode(ObjectKey pod, string node) => _draft.PodOwners.Contains(pod) ? 0 : _ofNode.GetValueOrDefault(node);

        public void Add(ObjectKey pod, string node)
        {
            _ofNode[node] = _ofNode.GetValueOrDefault(node) + 1;
            if (_draft.PodOwners.TryGet(pod, out PodOwner? owner))
                _ofDeployment[(owner.Deployment, node)] = _ofDeployment.GetValueOrDefault((owner.Deployment, node)) + 1;
        }
    }
}
