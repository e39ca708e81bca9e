namespace NodePortSim.Assertions;

/// <summary>Names of pods and of the Deployments that they belong to.</summary>
internal static class PodNames
{
    /// <summary>The name with its namespace.</summary>
    public static string Qualified(string name) => name.Contains('/', StringComparison.Ordinal) ? name : $"default/{name}";

    /// <summary>Whether a pod's name is one that a Deployment gives: its own, a hash of the template, five characters.</summary>
    public static bool IsOf(string? pod, string deployment)
    {
        string[] parts = pod?.Split('-') ?? [];
        return parts.Length > 2 && string.Join('-', parts[..^2]) == Qualified(deployment);
    }
}
