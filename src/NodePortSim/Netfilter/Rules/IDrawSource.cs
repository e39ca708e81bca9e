namespace NodePortSim.Netfilter.Rules;

/// <summary>Decides the random matches of rules in the place of chance.</summary>
internal interface IDrawSource
{
    /// <summary>A number below 2³¹, which a rule compares with its threshold.</summary>
    /// <param name="threshold">The rule's threshold, 0 to 2³¹: numbers below it are hits.</param>
    uint Draw(uint threshold);
}
