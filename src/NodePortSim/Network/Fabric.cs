using NodePortSim.Net;

namespace NodePortSim.Network;

/// <summary>The links between hosts: carries packets, keeps time, fires timers.</summary>
/// <remarks>
/// Every link takes <see cref="LinkLatency"/>, so packets arrive in the order in which they were sent and one queue serves all. Timers are kept by
/// their instants. Virtual time moves to the instant of each event. Not thread-safe.
/// </remarks>
internal sealed class Fabric
{
    /// <summary>A bound on events between two calls of a user, so that a routing loop that TTL does not end is found out.</summary>
    private const int MaxEvents = 10_000_000;

    private readonly Queue<PacketInFlight> _packets = new();
    private readonly PriorityQueue<Timer, (long Due, long Order)> _timers = new();
    private long _order;

    public Fabric(VirtualTimeProvider time) => Time = time;

    public VirtualTimeProvider Time { get; }

    /// <summary>How long a packet takes over any link: 50 µs.</summary>
    public static TimeSpan LinkLatency { get; } = TimeSpan.FromMicroseconds(50);

    public FlowWatch Watch { get; } = new();

    public void Carry(in Segment.Attachment receiver, in Packet packet, uint flow) =>
        _packets.Enqueue(new PacketInFlight(Time.GetTimestamp() + LinkLatency.Ticks, receiver, packet, flow));

    /// <summary>Calls <paramref name="target"/> after a delay, with a number that it may compare to ignore calls it no longer wants.</summary>
    public void StartTimer(TimeSpan delay, ITimerTarget target, int generation)
    {
        long due = Time.GetTimestamp() + delay.Ticks;
        _timers.Enqueue(new Timer(target, generation), (due, _order++));
    }

    /// <summary>Runs events until <paramref name="isDone"/> says so, none is left, or the next one lies after the deadline; a timer at the deadline itself is too late.</summary>
    /// <returns>Whether it ended because it was done; otherwise time stands at the deadline.</returns>
    public bool RunUntil<TTrace>(Func<bool> isDone, TimeSpan limit, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        long deadline = Time.GetTimestamp() + limit.Ticks;
        for (int events = 0; events < MaxEvents && !isDone(); events++)
            if (!Step(deadline, ref trace)) break;
        if (isDone()) return true;
        AdvanceTo(deadline);
        return false;
    }

    /// <summary>Delivers all packets in flight; timers that are due before the last one arrives fire too.</summary>
    public void Settle<TTrace>(ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        for (int events = 0; events < MaxEvents && _packets.Count > 0; events++) Step(long.MaxValue, ref trace);
    }

    /// <summary>Moves time forward, with everything that happens meanwhile.</summary>
    public void Advance<TTrace>(TimeSpan duration, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink => RunUntil(static () => false, duration, ref trace);

    private bool Step<TTrace>(long deadline, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        bool hasTimer = _timers.TryPeek(out _, out (long Due, long Order) next);
        if (_packets.TryPeek(out PacketInFlight packet) && (!hasTimer || packet.Arrival <= next.Due))
        {
            if (packet.Arrival > deadline) return false;
            _packets.Dequeue();
            AdvanceTo(packet.Arrival);
            packet.Receiver.Host.Receive(packet.Packet, packet.Receiver.Interface, packet.Flow, ref trace);
            return true;
        }

        if (!hasTimer || next.Due >= deadline) return false;
        Timer timer = _timers.Dequeue();
        AdvanceTo(next.Due);
        timer.Target.TimerFired(timer.Generation, ref trace);
        return true;
    }

    private void AdvanceTo(long timestamp)
    {
        long now = Time.GetTimestamp();
        if (timestamp > now) Time.Advance(TimeSpan.FromTicks(timestamp - now));
    }

    private readonly record struct PacketInFlight(long Arrival, Segment.Attachment Receiver, Packet Packet, uint Flow);

    private readonly record struct Timer(ITimerTarget Target, int Generation);
}

/// <summary>Something that a <see cref="Fabric"/> calls at an instant.</summary>
internal interface ITimerTarget
{
    /// <summary>The instant has come.</summary>
    void TimerFired<TTrace>(int generation, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink;
}
