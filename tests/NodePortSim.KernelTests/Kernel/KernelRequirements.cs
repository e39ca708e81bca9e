namespace NodePortSim.KernelTests.Kernel;

/// <summary>What the machine must offer. Where it does not, tests are skipped with the reason; where it is required, they fail.</summary>
internal static class KernelRequirements
{
    private static readonly string[] Programs =
        ["ip", "iptables-restore", "iptables-save", "ip6tables-restore", "ip6tables-save", "conntrack", "nfacct"];

    private static readonly Lazy<string?> Lack = new(FindLack);

    /// <summary>Whether a test that cannot run fails: in continuous integration, or because someone asks for it.</summary>
    public static bool IsRequired => Environment.GetEnvironmentVariable("NODEPORTSIM_REQUIRE_KERNEL") is { } asked
        ? asked is "1" or "true"
        : Environment.GetEnvironmentVariable("CI") is "1" or "true";

    /// <summary>Skips the test where the machine lacks something.</summary>
    public static void Check()
    {
        if (Lack.Value is not { } lack) return;
        if (IsRequired) Assert.Fail("the machine cannot run this test, which is required here: " + lack);
        Skip.If(true, lack);
    }

    private static string? FindLack()
    {
        if (!OperatingSystem.IsLinux()) return "not Linux";
        if (!Environment.IsPrivilegedProcess) return "no root";
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        foreach (string program in Programs)
            if (!Array.Exists(path, folder => File.Exists(Path.Combine(folder, program)))) return $"{program} is not installed";
        try
        {
            using var namespaces = new NamespaceSet();
            NetworkNamespace probe = namespaces.Add();
            probe.SetSysctls([new("net.ipv4.ip_forward", "1")]);
            probe.Tool("iptables-save");
            probe.Tool("conntrack", "-C");
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return "no network namespace can be made and used: " + e.Message;
        }
    }
}
