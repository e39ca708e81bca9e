using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Net;

namespace NodePortSim.Kubernetes.Validation;

/// <summary>What kube-proxy requires of its configuration when it starts (spec kube-proxy-iptables 1.1).</summary>
internal static class KubeProxyConfigurationValidation
{
    /// <summary>Adds all problems of the configuration.</summary>
    /// <remarks>Paths are those of the file, where kube-proxy names its internal types (<c>KubeProxyConfiguration.ClusterCIDR</c>).</remarks>
    public static void Validate(KubeProxyConfiguration configuration, List<FieldError> errors)
    {
        ValidateMode(configuration.Mode, new FieldPath("mode"), errors);
        ValidateClusterCidr(configuration.ClusterCIDR, new FieldPath("clusterCIDR"), errors);
        ValidateDetectLocal(configuration, errors);
        ValidateNodePortAddresses(configuration, new FieldPath("nodePortAddresses"), errors);
        if (configuration.MasqueradeBit is { } bit and (< 0 or > 31))
            errors.Add(FieldError.Invalid(new FieldPath("iptables.masqueradeBit"), bit, "must be within the range [0, 31]"));
        var conntrack = new FieldPath("conntrack");
        NotNegative(configuration.ConntrackMaxPerCore, conntrack.Child("maxPerCore"), errors);
        NotNegative(configuration.ConntrackMin, conntrack.Child("min"), errors);
        NotNegative(configuration.ConntrackTcpEstablishedTimeout, conntrack.Child("tcpEstablishedTimeout"), errors);
        NotNegative(configuration.ConntrackTcpCloseWaitTimeout, conntrack.Child("tcpCloseWaitTimeout"), errors);
        NotNegative(configuration.ConntrackUdpTimeout, conntrack.Child("udpTimeout"), errors);
        NotNegative(configuration.ConntrackUdpStreamTimeout, conntrack.Child("udpStreamTimeout"), errors);
    }

    /// <summary>Adds a problem where the proxy mode is not the one modelled.</summary>
    public static void ValidateMode(string mode, FieldPath path, List<FieldError> errors)
    {
        if (mode is "" or "iptables") return;
        errors.Add(new FieldError(path.Text, FieldErrorType.NotSupported, GoValue.Quote(mode), mode is "ipvs" or "nftables" or "none"
            ? "only kube-proxy's iptables mode is simulated: supported values: \"iptables\""
            : "supported values: \"iptables\""));
    }

    private static void ValidateClusterCidr(string text, FieldPath path, List<FieldError> errors)
    {
        if (text.Length == 0) return;
        string[] cidrs = text.Split(',');
        bool wellFormed = cidrs.All(static cidr => IpCidr.TryParse(cidr, out _));
        if (!wellFormed)
        {
            errors.Add(FieldError.Invalid(path, text, "must be a valid CIDR block (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48)"));
        }
        else if (cidrs.Length > 2 || cidrs.Length == 2 && IpCidr.Parse(cidrs[0]).Family == IpCidr.Parse(cidrs[1]).Family)
        {
            errors.Add(FieldError.Invalid(
                path, text, "only one CIDR allowed or a valid DualStack CIDR (e.g. 10.100.0.0/16,fde4:8dba:82e1::/48)"));
        }
    }

    private static void ValidateDetectLocal(KubeProxyConfiguration configuration, List<FieldError> errors)
    {
        var path = new FieldPath("detectLocal");
        if (configuration.DetectLocalMode == DetectLocalMode.BridgeInterface)
            InterfaceName(configuration.BridgeInterface, path.Child("bridgeInterface"), errors);
        if (configuration.DetectLocalMode == DetectLocalMode.InterfaceNamePrefix)
            InterfaceName(configuration.InterfaceNamePrefix, path.Child("interfaceNamePrefix"), errors);
    }

    private static void InterfaceName(string name, FieldPath path, List<FieldError> errors)
    {
        if (name.Length == 0) errors.Add(FieldError.Invalid(path, name, "value is empty"));
        else if (name.Length > 15) errors.Add(FieldError.Invalid(path, name, "may not be longer than 15 characters"));
    }

    private static void ValidateNodePortAddresses(KubeProxyConfiguration configuration, FieldPath path, List<FieldError> errors)
    {
        for (int i = 0; i < configuration.NodePortAddresses.Count; i++)
        {
            string value = configuration.NodePortAddresses[i];
            if (value == "primary")
            {
                if (configuration.NodePortAddresses.Count > 1)
                    errors.Add(FieldError.Invalid(path.Index(i), value, "can't use both 'primary' and CIDRs"));
            }
            else if (!IpCidr.TryParse(value, out _))
            {
                errors.Add(FieldError.Invalid(path.Index(i), value, "must be a valid CIDR"));
            }
        }
    }

    private static void NotNegative(int? value, FieldPath path, List<FieldError> errors)
    {
        if (value is < 0) errors.Add(FieldError.Invalid(path, value.Value, "must be greater than or equal to 0"));
    }

    private static void NotNegative(TimeSpan? value, FieldPath path, List<FieldError> errors)
    {
        if (value is { Ticks: < 0 } time)
            errors.Add(new FieldError(path.Text, FieldErrorType.Invalid, time.ToString("c"), "must be greater than or equal to 0"));
    }
}
