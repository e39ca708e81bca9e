using System.Globalization;

namespace NodePortSim.Clusters.Kubectl;

/// <summary>Durations as kubectl prints ages: two or three significant digits, coarser the longer.</summary>
internal static class HumanDuration
{
    private const int DaysOfYear = 365;

    public static string Format(TimeSpan duration)
    {
        long seconds = Math.Max((long)duration.TotalSeconds, 0);
        long minutes = seconds / 60;
        long hours = minutes / 60;
        long days = hours / 24;
        if (seconds < 120) return Text(seconds, 's');
        if (minutes < 10) return Text(minutes, 'm', seconds % 60, 's');
        if (hours < 3) return Text(minutes, 'm');
        if (hours < 8) return Text(hours, 'h', minutes % 60, 'm');
        if (hours < 48) return Text(hours, 'h');
        if (days < 8) return Text(days, 'd', hours % 24, 'h');
        if (days < 2 * DaysOfYear) return Text(days, 'd');
        return days < 8 * DaysOfYear ? Text(days / DaysOfYear, 'y', days % DaysOfYear, 'd') : Text(days / DaysOfYear, 'y');
    }

    private static string Text(long value, char unit, long rest = 0, char restUnit = ' ') => rest == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{value}{unit}")
        : string.Create(CultureInfo.InvariantCulture, $"{value}{unit}{rest}{restUnit}");
}
