using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text.Parsing.TargetReaders;

/// <summary>What the readers of DNAT, SNAT, MASQUERADE and REDIRECT share: addresses with ports, and how a port is chosen.</summary>
internal abstract class NatTargetReader(string name) : ExtensionReader<Target>
{
    protected SourcePortChoice Choice { get; private set; }

    /// <summary>Takes <c>--random</c> and <c>--random-fully</c>.</summary>
    protected bool TryChoice(Arguments arguments)
    {
        switch (arguments.Option)
        {
            case "--random":
                Choice = SourcePortChoice.Random;
                return true;
            case "--random-fully":
                Choice = SourcePortChoice.RandomFully;
                return true;
            case "--persistent":
                throw Unsupported(arguments);
            default:
                return false;
        }
    }

    protected RuleError Unsupported(Arguments arguments) => arguments.Error($"{name}: \"{arguments.Option}\" is not supported");

    /// <summary>Reads <c>address</c>, <c>address:ports</c>, <c>[address]:ports</c> or <c>:ports</c>.</summary>
    protected static (IpAddr? Address, PortRange? Ports) Endpoint(Arguments arguments)
    {
        string value = arguments.Value();
        int colon = value.StartsWith('[') || arguments.Family == IpFamily.IPv4 || value.StartsWith(':') ? value.LastIndexOf(':') : -1;
        if (value.StartsWith('[') && value.EndsWith(']')) colon = -1;
        ReadOnlySpan<char> address = (colon < 0 ? value : value.AsSpan(0, colon)).Trim("[]");
        if (address.Contains('-')) throw arguments.ValueError("a range of addresses is not supported");
        PortRange? ports = colon < 0 ? null : PortsOf(arguments, value.AsSpan(colon + 1));
        return (address.IsEmpty ? null : arguments.Address(address), ports);
    }

    /// <summary>Refuses ports in a rule whose protocol has none.</summary>
    protected static void CheckPorts(Arguments arguments, PortRange? ports)
    {
        if (ports is not null && !ProtocolText.HasPorts(arguments.RuleProtocol))
        {
            throw arguments.Error("Need TCP, UDP, SCTP or DCCP with port specification");
        }
    }

    private static PortRange PortsOf(Arguments arguments, ReadOnlySpan<char> text)
    {
        PortRange range = arguments.Ports(text, '-');
        return range.First > 0 ? range : throw arguments.ValueError($"Port `{text}' not valid");
    }
}
