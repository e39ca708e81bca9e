using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Manifests.Binding;
using NodePortSim.Net;

namespace NodePortSim.Manifests.Kinds;

/// <summary>The API's names of enumerations.</summary>
internal static class ApiNames
{
    public static readonly EnumNames<Protocol> Protocols = new(("TCP", Protocol.Tcp), ("UDP", Protocol.Udp), ("SCTP", Protocol.Sctp));

    public static readonly EnumNames<IpFamily> IpFamilies = new(("IPv4", IpFamily.IPv4), ("IPv6", IpFamily.IPv6));

    public static readonly EnumNames<ServiceType> ServiceTypes = new(
        ("ClusterIP", ServiceType.ClusterIP),
        ("NodePort", ServiceType.NodePort),
        ("LoadBalancer", ServiceType.LoadBalancer),
        ("ExternalName", ServiceType.ExternalName));

    public static readonly EnumNames<TrafficPolicy> TrafficPolicies = new(("Cluster", TrafficPolicy.Cluster), ("Local", TrafficPolicy.Local));

    public static readonly EnumNames<SessionAffinity> SessionAffinities = new(
        ("None", SessionAffinity.None), ("ClientIP", SessionAffinity.ClientIP));

    public static readonly EnumNames<IpFamilyPolicy> IpFamilyPolicies = new(
        ("SingleStack", IpFamilyPolicy.SingleStack),
        ("PreferDualStack", IpFamilyPolicy.PreferDualStack),
        ("RequireDualStack", IpFamilyPolicy.RequireDualStack));

    public static readonly EnumNames<LoadBalancerIpMode> LoadBalancerIpModes = new(
        ("VIP", LoadBalancerIpMode.VIP), ("Proxy", LoadBalancerIpMode.Proxy));

    public static readonly EnumNames<AddressFormat> AddressFormats = new(
        ("IPv4", AddressFormat.IPv4), ("IPv6", AddressFormat.IPv6), ("FQDN", AddressFormat.FQDN));

    public static readonly EnumNames<DetectLocalMode> DetectLocalModes = new(
        ("ClusterCIDR", DetectLocalMode.ClusterCIDR),
        ("NodeCIDR", DetectLocalMode.NodeCIDR),
        ("BridgeInterface", DetectLocalMode.BridgeInterface),
        ("InterfaceNamePrefix", DetectLocalMode.InterfaceNamePrefix));

    public static readonly EnumNames<CniType> CniTypes = new(("ptp", CniType.Ptp), ("bridge", CniType.Bridge), ("overlay", CniType.Overlay));

    public static readonly EnumNames<CniHostAddress> CniHostAddresses = new(
        ("podGateway", CniHostAddress.PodGateway), ("none", CniHostAddress.None), ("node", CniHostAddress.Node));

    public static readonly EnumNames<bool> ConditionStatuses = new(("True", true), ("False", false), ("Unknown", false));

    public static readonly EnumNames<string> KindRoles = new(("control-plane", "control-plane"), ("worker", "worker"));

    public static readonly EnumNames<string> KindIpFamilies = new(("ipv4", "ipv4"), ("ipv6", "ipv6"), ("dual", "dual"));

    public static readonly EnumNames<string> KindProxyModes = new(
        ("iptables", "iptables"), ("ipvs", "ipvs"), ("nftables", "nftables"), ("none", "none"));
}
