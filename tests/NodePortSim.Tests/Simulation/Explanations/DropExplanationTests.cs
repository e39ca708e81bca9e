using NodePortSim.Simulation;
using NodePortSim.Simulation.Fixes;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Tests.Simulation.Explanations;

public sealed class DropExplanationTests
{
    public static TheoryData<string> Names => new(DropSamples.All.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_failed_connection_is_explained_and_its_first_fix_works(string name)
    {
        DropSample sample = DropSamples.All[name];
        Simulator simulator = sample.Start();
        Trace trace = sample.Run(simulator);
        string text = TraceText.Write(trace, TraceDetail.Default, simulator.Options.Seed);
        text.Should().Be(Expected(name));
        (trace.Connection.Outcome, trace.Connection.Reason).Should().Be((sample.Outcome, sample.Reason));
        trace.Fixes.IsEmpty.Should().Be(!sample.HasFix);
        foreach (Fix fix in trace.Fixes.Take(1))
        {
            fix.ApplyTo(simulator);
            Connection mended = fix.Connect(simulator);
            mended.Outcome.Should().Be(Outcome.Connected, "{0} was tried, but {1}", fix.Sentence, mended.Explanation ?? "");
        }
    }

    private static string Expected(string name)
    {
        using Stream? stream = typeof(DropExplanationTests).Assembly.GetManifestResourceStream($"explanations/{name}.txt");
        if (stream is null) return "";
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
