using NodePortSim.Netfilter.Rules;

namespace NodePortSim.Simulation.Exploration;

/// <summary>Goes a known way through random matches once more.</summary>
/// <param name="hits">Which draws hit, of those that are not certain.</param>
internal sealed class ReplayedDraws(bool[] hits) : IDrawSource
{
    private const uint AllNumbers = 1u << 31;

    private int _met;

    public uint Draw(uint threshold)
    {
        if (threshold is 0 or >= AllNumbers) return 0;
        return _met < hits.Length && !hits[_met++] ? threshold : 0;
    }
}
