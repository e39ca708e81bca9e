namespace NodePortSim.KubeProxy.Rules;

/// <summary>The symbols of spec kube-proxy-iptables 3.5: what a service port's rules are decided by.</summary>
/// <param name="HasEndpoints">hasEP: some endpoint of the cluster is usable.</param>
/// <param name="HasInternal">hasInt: traffic to the cluster IP has an endpoint.</param>
/// <param name="HasExternal">hasExt: external traffic has an endpoint.</param>
/// <param name="UsesExternal">useEXT.</param>
/// <param name="UsesFirewall">useFW.</param>
/// <param name="UsesCluster">useSVC.</param>
/// <param name="UsesLocal">useSVL.</param>
/// <param name="InternalChain">intChain.</param>
/// <param name="ExternalPolicyChain">extPolicyChain.</param>
internal sealed record ServiceFacts(
    bool HasEndpoints,
    bool HasInternal,
    bool HasExternal,
    bool UsesExternal,
    bool UsesFirewall,
    bool UsesCluster,
    bool UsesLocal,
    string InternalChain,
    string ExternalPolicyChain)
{
    public static ServiceFacts Of(ServicePortInfo port, EndpointSelection selection, KubeProxyLevel level)
    {
        // Level 1.24 drops by marking in KUBE-SVL: traffic goes there, endpoints or not.
        bool marksDrop = level.ExternalRouting == ExternalRouting.ExternalChainsMarkDrop;
        bool any = selection.HasAnywhere, hasLocal = !selection.Local.IsEmpty || marksDrop;
        return new ServiceFacts(
            any,
            any && (hasLocal || !port.InternalPolicyLocal),
            any && (hasLocal || !port.ExternalPolicyLocal),
            any && port.IsExternallyAccessible,
            any && !port.LoadBalancerIPs.IsEmpty && !port.SourceRanges.IsEmpty,
            !selection.Cluster.IsEmpty && port.UsesClusterEndpoints,
            hasLocal && any && port.UsesLocalEndpoints,
            port.InternalPolicyLocal ? port.Chains.Local : port.Chains.Cluster,
            port.ExternalPolicyLocal ? port.Chains.Local : port.Chains.Cluster);
    }
}
