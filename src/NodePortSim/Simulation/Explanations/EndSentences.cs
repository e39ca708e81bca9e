using NodePortSim.Net;
using NodePortSim.Network;

namespace NodePortSim.Simulation.Explanations;

/// <summary>One sentence for each cause, other than a hook, that ends a packet on a host.</summary>
internal static class EndSentences
{
    public static string Of(PacketEndCause cause, Host host, in Packet packet) => cause switch
    {
        PacketEndCause.NoRoute when host.Role == HostRole.Gateway =>
            $"the gateway of the nodes' network has no route to {packet.Destination}: pod and service addresses exist inside the cluster only",
        PacketEndCause.NoRoute => $"{host.Name} has no route to {packet.Destination}",
        PacketEndCause.ForwardingOff => $"{host.Name} does not forward packets, and {packet.Destination} is not its own",
        PacketEndCause.TtlExceeded => $"the packet's time to live ended on {host.Name}",
        PacketEndCause.Martian => packet.Destination.IsLoopback
            ? $"{packet.Destination} is a loopback address on a real interface of {host.Name}, which route_localnet = 0 forbids"
            : $"{packet.Source} is {host.Name}'s own address, from which nobody else may send to it",
        PacketEndCause.ReversePathFilter => $"{host.Name} would not reach {packet.Source} through the interface that the packet came in by (rp_filter)",
        PacketEndCause.NoNeighbor => $"nobody on the link of {host.Name} has the address {packet.Destination} or its next hop's",
        PacketEndCause.HairpinOff => $"the bridge of {host.Name} would have to send the packet back to the pod that sent it, and hairpin mode is off",
        _ => $"{packet.Destination} is a broadcast or multicast address",
    };
}
