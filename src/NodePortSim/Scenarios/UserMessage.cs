namespace NodePortSim.Scenarios;

/// <summary>What an exception says to someone who did not write code.</summary>
internal static class UserMessage
{
    /// <summary>The message without the name of the parameter that the base library adds.</summary>
    public static string Of(Exception exception)
    {
        if (exception is not ArgumentException { ParamName: { Length: > 0 } name }) return exception.Message;
        string suffix = $" (Parameter '{name}')";
        return exception.Message.EndsWith(suffix, StringComparison.Ordinal) ? exception.Message[..^suffix.Length] : exception.Message;
    }
}
