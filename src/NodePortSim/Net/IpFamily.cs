namespace NodePortSim.Net;

/// <summary>An IP family, as <c>spec.ipFamilies</c> of a Service names it.</summary>
public enum IpFamily : byte
{
    /// <summary>IP version 4.</summary>
    IPv4 = 4,

    /// <summary>IP version 6.</summary>
    IPv6 = 6,
}
