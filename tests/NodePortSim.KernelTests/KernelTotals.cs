using NodePortSim.KernelTests.Flows;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace NodePortSim.KernelTests;

/// <summary>Sums up what the flow tests compared, and prints it when the last of them has ended.</summary>
public sealed class KernelTotals(IMessageSink messages) : IDisposable
{
    private readonly SortedDictionary<string, ComparisonTotals> _totals = new(StringComparer.Ordinal);

    internal void Add(string kind, ComparisonTotals one)
    {
        one.Cases = 1;
        if (!_totals.TryGetValue(kind, out ComparisonTotals? sum)) _totals.Add(kind, sum = new ComparisonTotals());
        sum.Add(one);
    }

    public void Dispose()
    {
        foreach ((string kind, ComparisonTotals sum) in _totals)
        {
            string line = $"kernel and simulator, {kind}: {sum}";
            messages.OnMessage(new DiagnosticMessage(line));
            if (Environment.GetEnvironmentVariable("NODEPORTSIM_KERNEL_REPORT") is { Length: > 0 } report) File.AppendAllText(report, line + "\n");
        }
    }
}

/// <summary>The flow tests: one after the other, so that real time is not scarce, with one sum.</summary>
[CollectionDefinition(nameof(KernelTotals))]
public sealed class KernelTotalsCollection : ICollectionFixture<KernelTotals>;
