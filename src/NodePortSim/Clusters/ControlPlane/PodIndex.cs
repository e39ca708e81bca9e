using NodePortSim.Collections;
using NodePortSim.Kubernetes;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>The pods of a draft by namespace and label, so that a selector looks only at pods that have one of its labels.</summary>
internal sealed class PodIndex(ClusterDraft draft)
{
    private Dictionary<(string Namespace, string Key, string Value), List<Pod>>? _byLabel;

    /// <summary>The pods that a selector matches, by name.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="selector">Labels that a pod must have; at least one.</param>
    public List<Pod> Matching(string ns, StringMap selector)
    {
        _byLabel ??= Build();
        List<Pod>? shortest = null;
        foreach ((string key, string value) in selector)
        {
            if (!_byLabel.TryGetValue((ns, key, value), out List<Pod>? pods)) return [];
            if (shortest is null || pods.Count < shortest.Count) shortest = pods;
        }

        return shortest is null ? [] : shortest.FindAll(pod => selector.IsSubsetOf(pod.Metadata.Labels));
    }

    private Dictionary<(string, string, string), List<Pod>> Build()
    {
        var index = new Dictionary<(string, string, string), List<Pod>>();
        foreach ((ObjectKey podKey, Pod pod) in draft.Pods.Rows)
        {
            foreach ((string key, string value) in pod.Metadata.Labels)
            {
                if (!index.TryGetValue((podKey.Namespace, key, value), out List<Pod>? pods)) index[(podKey.Namespace, key, value)] = pods = [];
                pods.Add(pod);
            }
        }

        return index;
    }
}
