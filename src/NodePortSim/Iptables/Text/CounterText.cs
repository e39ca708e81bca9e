namespace NodePortSim.Iptables.Text;

/// <summary>Counters in a listing: shortened to five characters, or exact (spec netfilter-datapath 6.4).</summary>
internal static class CounterText
{
    /// <summary>Appends a counter right-aligned in its column, and a space.</summary>
    public static void AppendColumn(TextSink sink, ulong counter, bool exact)
    {
        (ulong number, char unit) = exact ? (counter, ' ') : Shorten(counter);
        int width = exact ? 8 : unit == ' ' ? 5 : 4;
        for (int length = DigitsOf(number); length < width; length++) sink.Append(' ');
        AppendShortened(sink, number, unit);
        sink.Append(' ');
    }

    /// <summary>Appends a counter as it stands in a chain's header.</summary>
    public static void Append(TextSink sink, ulong counter, bool exact)
    {
        (ulong number, char unit) = exact ? (counter, ' ') : Shorten(counter);
        AppendShortened(sink, number, unit);
    }

    private static void AppendShortened(TextSink sink, ulong number, char unit)
    {
        sink.AppendNumber(number);
        if (unit != ' ') sink.Append(unit);
    }

    private static (ulong Number, char Unit) Shorten(ulong counter)
    {
        if (counter <= 99_999) return (counter, ' ');
        foreach (char unit in "KMG")
        {
            counter = Thousandth(counter);
            if (counter <= 9_999) return (counter, unit);
        }

        return (Thousandth(counter), 'T');
    }

    private static ulong Thousandth(ulong number) => (ulong)(((UInt128)number + 500) / 1000);

    private static int DigitsOf(ulong number)
    {
        int digits = 1;
        while (number >= 10)
        {
            number /= 10;
            digits++;
        }

        return digits;
    }
}
