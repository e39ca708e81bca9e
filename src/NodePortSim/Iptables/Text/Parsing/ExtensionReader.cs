namespace NodePortSim.Iptables.Text.Parsing;

/// <summary>Reads the options of one <c>-m</c> or <c>-j</c> of a rule, and makes the match or target of them.</summary>
internal abstract class ExtensionReader<T>
{
    /// <summary>Takes the option that is being read, with its values; false where it is not one of this extension.</summary>
    public abstract bool TryOption(Arguments arguments);

    /// <summary>Makes the match or target of the options that were taken.</summary>
    /// <param name="arguments">Where errors are made.</param>
    public abstract T Finish(Arguments arguments);
}
