using NodePortSim.Net;

namespace NodePortSim.KernelTests.Flows;

/// <summary>Choices that follow from a seed.</summary>
internal sealed class Chance(ulong seed)
{
    private readonly RandomSource _random = RandomSource.For(seed, "kernel cases");

    /// <summary>A number from 0 to below a bound.</summary>
    public int Below(int bound) => (int)_random.NextBelow((uint)bound);

    /// <summary>True in so many of a hundred cases.</summary>
    public bool Percent(int share) => Below(100) < share;

    public T Of<T>(params IReadOnlyList<T> choices) => choices[Below(choices.Count)];
}
