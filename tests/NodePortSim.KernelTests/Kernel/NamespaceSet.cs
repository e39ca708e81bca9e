using System.Globalization;

namespace NodePortSim.KernelTests.Kernel;

/// <summary>Network namespaces that are removed together: when disposed, and at the latest when the process ends.</summary>
internal sealed class NamespaceSet : IDisposable
{
    private static int _sets;

    private readonly string _prefix = string.Create(CultureInfo.InvariantCulture, $"nps{Environment.ProcessId}-{Interlocked.Increment(ref _sets)}-");
    private readonly List<NetworkNamespace> _members = [];

    public NamespaceSet() => AppDomain.CurrentDomain.ProcessExit += RemoveAll;

    /// <summary>Makes namespaces, whose order the result keeps.</summary>
    public IReadOnlyList<NetworkNamespace> Add(int count)
    {
        NetworkNamespace[] added = [.. Enumerable.Range(_members.Count, count).Select(i => new NetworkNamespace(_prefix + i.ToString(CultureInfo.InvariantCulture)))];
        _members.AddRange(added);
        Batch(added.Select(static one => "netns add " + one.Name));
        return added;
    }

    public NetworkNamespace Add() => Add(1)[0];

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= RemoveAll;
        RemoveAll(null, EventArgs.Empty);
    }

    private static void Batch(IEnumerable<string> lines) =>
        Command.Run("ip", ["-batch", "-"], string.Concat(lines.Select(static line => line + "\n")));

    private void RemoveAll(object? sender, EventArgs e)
    {
        string[] names = [.. _members.Select(static one => one.Name).Where(static name => File.Exists("/run/netns/" + name))];
        _members.Clear();
        if (names.Length > 0) Batch(names.Select(static name => "netns del " + name));
    }
}
