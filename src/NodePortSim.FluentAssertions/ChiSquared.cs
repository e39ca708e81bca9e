namespace NodePortSim.Assertions;

/// <summary>The chi-squared test: how probable counts are that stray from what was expected at least as far as these.</summary>
internal static class ChiSquared
{
    private const int MaxTerms = 100_000;
    private const double Precision = 1e-12;

    /// <summary>The probability, 0 to 1.</summary>
    /// <param name="counts">What was counted, and what was expected on average, above 0.</param>
    public static double Probability(IReadOnlyCollection<(double Count, double Expected)> counts)
    {
        if (counts.Count < 2) return 1;
        double statistic = counts.Sum(static pair => (pair.Count - pair.Expected) * (pair.Count - pair.Expected) / pair.Expected);
        return UpperGamma((counts.Count - 1) / 2.0, statistic / 2);
    }

    /// <summary>The regularized upper incomplete gamma function: by its series where x is small, by its continued fraction (Lentz) where it is not.</summary>
    private static double UpperGamma(double a, double x)
    {
        if (x <= 0) return 1;
        double factor = Math.Exp(a * Math.Log(x) - x - LogGamma(a));
        if (x < a + 1)
        {
            double term = 1 / a, sum = term;
            for (int n = 1; n < MaxTerms && term > sum * Precision; n++) sum += term *= x / (a + n);
            return Math.Max(0, 1 - sum * factor);
        }

        double b = x + 1 - a, c = double.MaxValue, d = 1 / b, fraction = d;
        for (int n = 1; n < MaxTerms; n++)
        {
            double numerator = -n * (n - a);
            b += 2;
            d = 1 / (numerator * d + b);
            c = b + numerator / c;
            fraction *= d * c;
            if (Math.Abs(d * c - 1) < Precision) break;
        }

        return factor * fraction;
    }

    /// <summary>The logarithm of Γ for halves and whole numbers above 0, by Γ(a + 1) = a · Γ(a).</summary>
    private static double LogGamma(double a)
    {
        bool isWhole = Math.Abs(a - Math.Round(a)) < 0.25;
        double result = isWhole ? 0 : Math.Log(Math.PI) / 2;
        for (double next = isWhole ? 1 : 0.5; next < a - 0.25; next++) result += Math.Log(next);
        return result;
    }
}
