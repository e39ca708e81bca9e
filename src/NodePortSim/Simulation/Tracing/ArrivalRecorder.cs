using NodePortSim.Collections;
using NodePortSim.Net;
using NodePortSim.Network;
using NodePortSim.Simulation.Explanations;

namespace NodePortSim.Simulation.Tracing;

/// <summary>Collects where packets arrive and end.</summary>
internal sealed class ArrivalRecorder(OutcomeExplainer explainer)
{
    private readonly List<PacketArrival> _arrivals = [];
    private readonly List<OutcomePlace> _drops = [];

    public PacketReport Report => new(_arrivals.ToEquatableArray(), _drops.ToEquatableArray());

    public void Delivered(Host host, in Packet packet) => _arrivals.Add(new PacketArrival(host.Name, packet));

    public void Ended(Host host, in PacketEnd end, in Packet packet) => _drops.Add(explainer.WhyEnded(host, end, packet).At);
}
