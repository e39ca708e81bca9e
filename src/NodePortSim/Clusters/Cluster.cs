using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Iptables;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Clusters;

/// <summary>A cluster as its user drives it: apply, patch, scale, delete. Nodes, pods and rules follow every change.</summary>
/// <remarks>
/// A verb that fails changes nothing. Every successful one ends with each node's kube-proxy having synced (spec kube-proxy-iptables 6), so that what a
/// simulation sees next is the settled cluster. Not thread-safe.
/// </remarks>
public sealed class Cluster
{
    private readonly ControlPlane.ControlPlane _controlPlane;
    private readonly ClusterNetwork _network;
    private readonly ulong _seed;
    private readonly KubeProxyLevel _level;

    internal Cluster(ulong seed, KubeProxyLevel level, VirtualTimeProvider time, ClusterState? state = null, ClusterNetwork? former = null)
    {
        _seed = seed;
        _level = level;
        _controlPlane = new ControlPlane.ControlPlane(new ControlPlaneOptions { Seed = seed }, state);
        _network = new ClusterNetwork(seed, level, time);
        _network.Follow(State);
        if (former is not null) _network.TakeOverRules(former);
    }

    /// <summary>All objects as they stand.</summary>
    public ClusterState State => _controlPlane.State;

    internal ClusterNetwork Network => _network;

    internal ulong Seed => _seed;

    internal KubeProxyLevel Level => _level;

    /// <summary>
    /// Another cluster of the same objects and the same rules of administrators, as if its nodes had just been started: what happens there does not
    /// touch this one.
    /// </summary>
    internal Cluster Copy() => new(_seed, _level, new VirtualTimeProvider(_network.Time.GetUtcNow()), State, _network);

    /// <summary>Creates or replaces objects, as <c>kubectl apply</c> does; all of them or, where one is refused, none.</summary>
    /// <param name="objects">The objects; of two with one name the later one counts.</param>
    /// <returns>What was changed, or every error.</returns>
    public ApplyResult Apply(params IReadOnlyList<KubernetesObject> objects) => Follow(_controlPlane.Apply(objects));

    /// <summary>Makes these the only objects that were given: others are deleted.</summary>
    /// <param name="objects">The objects.</param>
    /// <returns>What was changed, or every error.</returns>
    public ApplyResult Replace(IReadOnlyList<KubernetesObject> objects) => Follow(_controlPlane.Replace(objects));

    /// <summary>Changes a Service's spec, as <c>kubectl patch service</c> does.</summary>
    /// <param name="service">Its name, or <c>namespace/name</c>.</param>
    /// <param name="change">Makes the new spec of the old one.</param>
    /// <exception cref="ClusterException">There is no such Service, or the new spec is refused.</exception>
    public void Patch(string service, Func<ServiceSpec, ServiceSpec> change) =>
        ThrowIfRefused(Follow(_controlPlane.Patch(ObjectKey.Parse(service), change)));

    /// <summary>Changes how many pods a Deployment has, as <c>kubectl scale deployment</c> does.</summary>
    /// <param name="deployment">Its name, or <c>namespace/name</c>.</param>
    /// <param name="replicas">0 or more.</param>
    /// <exception cref="ClusterException">There is no such Deployment, or the number is refused.</exception>
    public void Scale(string deployment, int replicas) =>
        ThrowIfRefused(Follow(_controlPlane.Scale(ObjectKey.Parse(deployment), replicas)));

    /// <summary>Deletes an object and what was made for it, as <c>kubectl delete</c> does.</summary>
    /// <param name="kind">Its kind, such as <c>Service</c>; capitals do not count.</param>
    /// <param name="name">Its name, or <c>namespace/name</c>.</param>
    /// <exception cref="ClusterException">There is no such object.</exception>
    public void Delete(string kind, string name) => ThrowIfRefused(Follow(_controlPlane.Delete(kind, ObjectKey.Parse(name))));

    /// <summary>Why a rule of a node exists; null where kube-proxy did not write it.</summary>
    internal RuleOrigin? OriginOf(string node, IpFamily family, IptablesTable table, string chain, Rule rule) =>
        _network.FindNode(node)?.Proxy(family).OriginOf(table, chain, rule);

    private static void ThrowIfRefused(ApplyResult result)
    {
        if (!result.Succeeded) throw new ClusterException(result.Errors);
    }

    private ApplyResult Follow(ApplyResult result)
    {
        if (result.Succeeded && !result.Change.IsEmpty) _network.Follow(result.State, result.Change);
        return result;
    }
}
