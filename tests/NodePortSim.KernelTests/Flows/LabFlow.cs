using NodePortSim.Net;

namespace NodePortSim.KernelTests.Flows;

/// <summary>Who connects where, by which protocol.</summary>
internal sealed record LabFlow(string From, Protocol Protocol, IpEndpoint To)
{
    public override string ToString() => $"{From} {Protocol.LowerName()} {To}";
}
