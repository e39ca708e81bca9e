using NodePortSim.Netfilter.Rules;

namespace NodePortSim.Simulation.Exploration;

/// <summary>One way through the random matches that packets meet: each hit or missed. Goes through all ways, depth first.</summary>
/// <remarks>Which draws there are shows itself only while packets go: a draw that is met for the first time hits, and <see cref="TryNext"/> turns it later.</remarks>
internal sealed class DecisionPath : IDrawSource
{
    private const uint AllNumbers = 1u << 31;

    private readonly List<Decision> _decisions = [];
    private int _met;

    /// <summary>The probability of the way as far as it was met.</summary>
    public ExactProbability Probability => _met == 0 ? ExactProbability.One : _decisions[_met - 1].Probability;

    /// <summary>The draws that hit, in the order in which they were met: enough to go the way again.</summary>
    public bool[] Hits => [.. _decisions.Select(static decision => decision.IsHit)];

    public uint Draw(uint threshold)
    {
        // What is certain is no decision.
        if (threshold is 0 or >= AllNumbers) return 0;
        if (_met == _decisions.Count) _decisions.Add(new Decision(threshold, IsHit: true, Probability.Times(threshold)));
        return _decisions[_met++].IsHit ? 0 : threshold;
    }

    /// <summary>Goes the way again from its beginning.</summary>
    public void Restart() => _met = 0;

    /// <summary>Turns to the next way.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="InvalidOperationException">The packets did not meet the draws that they met on the way before.</exception>
    public bool TryNext()
    {
        if (_met != _decisions.Count) throw new InvalidOperationException($"{_met} random matches were met where {_decisions.Count} were expected");
        while (_decisions.Count > 0 && !_decisions[^1].IsHit) _decisions.RemoveAt(_decisions.Count - 1);
        if (_decisions.Count == 0) return false;
        Decision last = _decisions[^1];
        ExactProbability before = _decisions.Count == 1 ? ExactProbability.One : _decisions[^2].Probability;
        _decisions[^1] = last with { IsHit = false, Probability = before.Times(AllNumbers - last.Threshold) };
        _met = 0;
        return true;
    }

    /// <param name="Threshold">How many of 2³¹ numbers hit.</param>
    /// <param name="IsHit">Whether this way hits.</param>
    /// <param name="Probability">Of the way up to here.</param>
    private readonly record struct Decision(uint Threshold, bool IsHit, ExactProbability Probability);
}
