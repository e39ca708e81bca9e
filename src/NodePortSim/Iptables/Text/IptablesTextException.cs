namespace NodePortSim.Iptables.Text;

/// <summary>A text that iptables would not understand; the message has one line for each <see cref="TextError"/>.</summary>
public sealed class IptablesTextException : Exception
{
    /// <summary>Makes an exception without errors.</summary>
    public IptablesTextException()
    {
    }

    /// <summary>Makes an exception without errors.</summary>
    /// <param name="message">The message.</param>
    public IptablesTextException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The cause.</param>
    public IptablesTextException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes an exception of all errors of a text.</summary>
    /// <param name="errors">The errors, in the order of the text; one or more.</param>
    public IptablesTextException(IReadOnlyList<TextError> errors)
        : base(string.Join('\n', errors))
    {
        Errors = errors;
    }

    /// <summary>The errors, in the order of the text.</summary>
    public IReadOnlyList<TextError> Errors { get; } = [];
}
