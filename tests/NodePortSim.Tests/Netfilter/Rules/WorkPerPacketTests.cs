using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Paths;
using NodePortSim.Routing;
using NodePortSim.Tests.KubeProxy;
using static NodePortSim.Tests.Netfilter.Rules.Bed;

namespace NodePortSim.Tests.Netfilter.Rules;

/// <summary>What a packet costs, counted and not timed: no busy machine excuses a failure.</summary>
public class WorkPerPacketTests
{
    [Fact]
    public void A_new_connection_tries_as_many_rules_among_10_000_services_as_among_10()
    {
        long few = RulesTriedFor(10), many = RulesTriedFor(10_000);

        few.Should().BeGreaterThan(0);
        many.Should().BeLessThanOrEqualTo(2 * few);
    }

    [Fact]
    public void New_connections_allocate_nothing_once_the_table_has_its_size()
    {
        Bed bed = With(20);

        // A little denser than later, so that the table has seen its peak.
        Connect(bed, 20, 0, 12_000, seconds: 0.04);
        Allocation.Of(round => Connect(bed, 20, 12_000 + 4000 * round, 4000)).Should().Be(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Packets_of_answered_flows_try_no_rule_and_allocate_nothing(bool inBulk)
    {
        Bed bed = With(20);
        SocketBuffer[] segments = Answered(bed, 20, 200);
        SocketBuffer[] buffers = new SocketBuffer[segments.Length];
        ForwardVerdict[] verdicts = new ForwardVerdict[segments.Length];
        Forward(bed, segments, buffers, verdicts, inBulk);
        long tried = bed.Machine.RulesTried, known = bed.Machine.PacketsOfKnownPaths;
        int passes = 0;
        Allocation.Of(_ => { for (int i = 0; i < 10; i++, passes++) Forward(bed, segments, buffers, verdicts, inBulk); }).Should().Be(0);
        (bed.Machine.RulesTried - tried).Should().Be(0);
        (bed.Machine.PacketsOfKnownPaths - known).Should().Be(passes * segments.Length);
    }

    [Fact]
    public void Connections_that_are_opened_answered_and_used_allocate_nothing_once_the_table_has_its_size()
    {
        Bed bed = With(20);
        var segments = new SocketBuffer[4000];
        Answer(bed, 20, segments);
        Allocation.Of(_ => Answer(bed, 20, segments), prepare: () => bed.Machine.Conntrack.Delete(static _ => true)).Should().Be(0);
    }

    private static long RulesTriedFor(int services)
    {
        Bed bed = With(services);
        Connect(bed, services, 0, 10);
        return bed.Machine.RulesTried;
    }

    private static void Forward(Bed bed, SocketBuffer[] segments, SocketBuffer[] buffers, ForwardVerdict[] verdicts, bool inBulk)
    {
        segments.CopyTo(buffers, 0);
        if (inBulk) bed.Machine.ForwardBatch(buffers, verdicts);
        else for (int i = 0; i < buffers.Length; i++) verdicts[i] = bed.Machine.Forward(ref buffers[i]);
        foreach (ref readonly ForwardVerdict verdict in verdicts.AsSpan()) verdict.Verdict.Result.MustBe(HookResult.Accept);
    }

    private static SocketBuffer[] Answered(Bed bed, int services, int flows)
    {
        var segments = new SocketBuffer[2 * flows];
        Answer(bed, services, segments);
        return segments;
    }

    /// <summary>Opens connections, answers and acknowledges them; gives a segment of each direction of each.</summary>
    private static void Answer(Bed bed, int services, SocketBuffer[] segments)
    {
        for (int i = 0; i < segments.Length / 2; i++)
        {
            Packet syn = Bed.Syn(Client, Bed.Node, (ushort)(30000 + services - 1 - i % 10), (ushort)(10_000 + i));
            SocketBuffer first = new(syn, Eth0);
            bed.Machine.Forward(ref first).Verdict.Result.MustBe(HookResult.Accept);
            Packet answer = first.Packet with
            {
                Source = first.Packet.Destination,
                Destination = first.Packet.Source,
                SourcePort = first.Packet.DestinationPort,
                DestinationPort = first.Packet.SourcePort,
                Flags = TcpFlags.Syn | TcpFlags.Ack,
                Ttl = 64,
                Sequence = 5000,
                Acknowledgment = syn.Sequence + 1,
            };
            SocketBuffer second = new(answer, first.OutInterface);
            bed.Machine.Forward(ref second).Verdict.Result.MustBe(HookResult.Accept);
            segments[2 * i] = new(syn with { Flags = TcpFlags.Ack, Sequence = syn.Sequence + 1, Acknowledgment = 5001, WindowScale = -1 }, Eth0);
            segments[2 * i + 1] = new(answer with { Flags = TcpFlags.Ack, Sequence = 5001, WindowScale = -1 }, first.OutInterface);
            SocketBuffer third = segments[2 * i];
            bed.Machine.Forward(ref third).Verdict.Result.MustBe(HookResult.Accept);
        }
    }

    private static Bed With(int services)
    {
        Service[] all = [.. Enumerable.Range(0, services).Select(static i => Sample.Service(
            Sample.Invariant($"svc{i}"), new ServiceSpec { Type = ServiceType.NodePort }, Sample.Invariant($"10.201.{i >> 8}.{i & 255}"), Protocol.Tcp, 30000 + i))];
        EndpointSlice[] slices = [.. Enumerable.Range(0, services).Select(static i => Sample.Slice(
            Sample.Invariant($"svc{i}"), Sample.Endpoint(Sample.Invariant($"10.10.{2 + (i >> 8) % 100}.{i & 255}"), "oak")))];
        var bed = new Bed(new Sysctls { Forwarding = true });
        bed.Machine.Load(new NodeProxy(IpFamily.IPv4, Sample.Options(), Sample.Node("oak", Bed.Node)).Sync(all, slices).Rules);
        return bed;
    }

    /// <summary>Opens connections to the last Services; none is answered, so that each ends after two minutes.</summary>
    private static void Connect(Bed bed, int services, int first, int count, double seconds = 0.05)
    {
        for (int i = first; i < first + count; i++)
        {
            Packet syn = Bed.Syn(Client, Bed.Node, (ushort)(30000 + services - 1 - i % 10), (ushort)(10_000 + i % 50_000));
            SocketBuffer buffer = new(syn, Eth0);
            bed.Run(Hook.Prerouting, ref buffer).Result.MustBe(HookResult.Accept);
            RouteDecision route = bed.Machine.Routing.Lookup(buffer.Packet.Destination);
            buffer.OutInterface = route.OutInterface;
            buffer.NextHop = route.NextHop;
            bed.Run(Hook.Forward, ref buffer).Result.MustBe(HookResult.Accept);
            bed.Run(Hook.Postrouting, ref buffer).Result.MustBe(HookResult.Accept);
            bed.Wait(seconds);
        }
    }
}
