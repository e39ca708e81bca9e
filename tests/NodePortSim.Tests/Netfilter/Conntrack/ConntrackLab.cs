using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Nat;

namespace NodePortSim.Tests.Netfilter.Conntrack;

/// <summary>A node that forwards: the hooks of a forwarded packet around a conntrack table, with NAT decided by the test instead of rules.</summary>
internal sealed class ConntrackLab
{
    public const int ClientInterface = 1, PodInterface = 2;

    public static readonly IpAddr Client = IpAddr.Parse("192.168.50.10");
    public static readonly IpAddr Node = IpAddr.Parse("192.168.50.1");
    public static readonly IpAddr Pod = IpAddr.Parse("10.10.2.7");
    public static readonly IpAddr Masquerade = IpAddr.Parse("10.10.2.1");

    public ConntrackLab(ulong seed = 1, Sysctls? sysctls = null)
    {
        Table = new ConntrackTable(sysctls ?? new Sysctls(), Time, new RandomSource(seed));
    }

    public VirtualTimeProvider Time { get; } = new();

    public ConntrackTable Table { get; }

    /// <summary>What a new flow's destination becomes; null for no rule.</summary>
    public NatRange? Destination { get; set; }

    /// <summary>What a new flow's source becomes; null for no rule.</summary>
    public NatRange? Source { get; set; }

    /// <summary>How often the nat chains were walked, by side.</summary>
    public int DestinationWalks { get; private set; }

    public int SourceWalks { get; private set; }

    public int OutInterface { get; set; } = PodInterface;

    public DropVerdict LastVerdict { get; private set; }

    /// <summary>Makes a lab whose node port leads to the pod, masqueraded as kube-proxy does it.</summary>
    public static ConntrackLab WithNodePort(ulong seed = 1, SourcePortChoice choice = SourcePortChoice.RandomFully, Sysctls? sysctls = null) =>
        new(seed, sysctls)
        {
            Destination = new NatRange(Pod, new PortRange(8080), SourcePortChoice.Keep),
            Source = new NatRange(Masquerade, null, choice, PodInterface),
        };

    public void Wait(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Carries a packet through PREROUTING, FORWARD and POSTROUTING, or PREROUTING and INPUT.</summary>
    public SocketBuffer Send(Packet packet, bool toNode = false)
    {
        SocketBuffer buffer = Prerouting(packet);
        if (LastVerdict == DropVerdict.Accept) Leave(ref buffer, toNode ? Hook.Input : Hook.Postrouting);
        return buffer;
    }

    public SocketBuffer Prerouting(Packet packet)
    {
        var buffer = new SocketBuffer(packet, ClientInterface);
        LastVerdict = Table.Track(ref buffer);
        if (LastVerdict != DropVerdict.Accept) return buffer;
        if (Table.NeedsBinding(buffer, NatSide.Destination))
        {
            DestinationWalks++;
            if (Destination is { } range) Table.Bind(ref buffer, NatSide.Destination, range);
            else Table.BindNull(ref buffer, NatSide.Destination);
        }

        LastVerdict = Table.Translate(Hook.Prerouting, ref buffer);
        return buffer;
    }

    public void Leave(ref SocketBuffer buffer, Hook hook = Hook.Postrouting)
    {
        buffer.OutInterface = OutInterface;
        if (Table.NeedsBinding(buffer, NatSide.Source))
        {
            SourceWalks++;
            if (Source is { } range && hook == Hook.Postrouting) Table.Bind(ref buffer, NatSide.Source, range);
            else Table.BindNull(ref buffer, NatSide.Source);
        }

        LastVerdict = Table.Translate(hook, ref buffer);
        if (LastVerdict == DropVerdict.Accept) LastVerdict = Table.Confirm(ref buffer);
        if (LastVerdict != DropVerdict.Accept) Table.Release(ref buffer);
    }

    public string Lines() => string.Join('\n', Table.List());

    public static Packet Udp(IpAddr source, int sourcePort, IpAddr destination, int destinationPort) => new()
    {
        Source = source,
        Destination = destination,
        SourcePort = (ushort)sourcePort,
        DestinationPort = (ushort)destinationPort,
        Protocol = Protocol.Udp,
        Ttl = 64,
        PayloadLength = 1,
        Length = 29,
    };

    public static Packet Icmp(IpAddr source, IpAddr destination, byte type, byte code, ushort id) => new()
    {
        Source = source,
        Destination = destination,
        SourcePort = id,
        DestinationPort = (ushort)(type << 8 | code),
        Protocol = source.IsIPv4 ? Protocol.Icmp : Protocol.IcmpV6,
        Ttl = 64,
        Length = 84,
    };

    /// <summary>The answer of whoever got the packet.</summary>
    public static Packet Answer(in Packet packet) => packet with
    {
        Source = packet.Destination,
        Destination = packet.Source,
        SourcePort = packet.DestinationPort,
        DestinationPort = packet.SourcePort,
    };
}
