using System.Globalization;
using NodePortSim.Manifests.Binding;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.Scenarios;

/// <summary>Binds a scenario's <c>connect</c> and its <c>expect</c>.</summary>
internal static class ConnectStepBinder
{
    /// <summary>The most connections of one step: more would hold memory for no further insight.</summary>
    private const int MaxCount = 1_000_000;

    private static readonly EnumNames<Protocol> Protocols = new(("tcp", Protocol.Tcp), ("udp", Protocol.Udp), ("sctp", Protocol.Sctp));

    private static readonly EnumNames<Outcome> Outcomes = new([.. Enum.GetValues<Outcome>().Select(static outcome => (outcome.LowerName(), outcome))]);

    private static readonly EnumNames<OutcomeReason> Reasons = new([.. Enum.GetValues<OutcomeReason>().Select(static reason => (reason.ToString(), reason))]);

    public static ConnectStep Bind(MappingBinder step)
    {
        MappingBinder connect = step.Mapping("connect");
        var bound = new ConnectStep(connect.RequiredString("from"), connect.RequiredString("to"))
        {
            Count = Within(connect, "count", 1, MaxCount) ?? 1,
            Options = new ConnectOptions
            {
                Protocol = connect.Enum("protocol", Protocols) ?? Protocol.Tcp,
                SourcePort = (ushort)(Within(connect, "sourcePort", 0, ushort.MaxValue) ?? 0),
            },
            Expect = step.OptionalMapping("expect") is { } expect ? BindExpectation(expect) : null,
        };
        connect.RefuseUnknown();
        return bound;
    }

    private static ConnectExpectation BindExpectation(MappingBinder expect)
    {
        var bound = new ConnectExpectation
        {
            Outcome = expect.Enum("outcome", Outcomes),
            Backends = Within(expect, "backends", 0, int.MaxValue),
            Peer = BindAddress(expect, "peer"),
            Reason = expect.Enum("reason", Reasons),
            Pod = expect.String("pod") is { } pod ? Kubernetes.ObjectKey.Parse(pod).ToString() : null,
            Node = expect.String("node"),
        };
        expect.RefuseUnknown();
        return bound;
    }

    private static IpAddr? BindAddress(MappingBinder owner, string field)
    {
        if (owner.String(field) is not { } text) return null;
        if (IpAddr.TryParse(text, out IpAddr address)) return address;
        owner.Error(field, $"Invalid value: \"{text}\": must be a valid IP address");
        return null;
    }

    private static int? Within(MappingBinder owner, string field, int min, int max)
    {
        int? value = owner.Int32(field);
        if (value is null || value >= min && value <= max) return value;
        owner.Error(field, string.Create(CultureInfo.InvariantCulture, $"Invalid value: {value}: must be between {min} and {max}, inclusive"));
        return null;
    }
}
