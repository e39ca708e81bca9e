using FluentAssertions.Execution;

namespace NodePortSim.Assertions;

/// <summary>Fails assertions with texts that are taken as they are.</summary>
internal static class Failing
{
    /// <summary>Checks a condition; the text of a failure is <c>Expected SUBJECT to EXPECTATION [because …], but FOUND</c>, then the details.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="subject">What is asserted on.</param>
    /// <param name="expectation">What was expected.</param>
    /// <param name="found">What was found, with details in further lines; only asked for where the condition does not hold.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public static void Unless(bool condition, string subject, string expectation, Func<string> found, string because, object[] becauseArgs)
    {
        if (condition) return;
        Execute.Assertion
            .BecauseOf(because, becauseArgs)
            .FailWith($"Expected {{context:{subject}}} to {Escape(expectation)}{{reason}}, but {Escape(found())}");
    }

    /// <summary>Rules and JSON have braces, which would be placeholders.</summary>
    private static string Escape(string text) => text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
}
