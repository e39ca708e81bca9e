using System.Globalization;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>The node ports of a cluster: which Service has which, and which comes next.</summary>
/// <remarks>
/// As the API server's: a number belongs to one Service whatever the protocol; health check ports are of the same range; the first ports
/// (a thirty-second of the range, 16 to 128 of them) are left for given ports and allocated last.
/// </remarks>
internal sealed class NodePortAllocator(int first, int last)
{
    private readonly Dictionary<int, ObjectKey> _owners = [];

    /// <summary>The Service that has a port, or null.</summary>
    public ObjectKey? OwnerOf(int port) => _owners.TryGetValue(port, out ObjectKey owner) ? owner : null;

    /// <summary>Takes a port that a Service had before, whatever the range is now.</summary>
    public void Keep(int port, ObjectKey owner) => _owners.TryAdd(port, owner);

    /// <summary>Takes a given port.</summary>
    /// <returns>Why it cannot be had, in the API server's words, or null.</returns>
    public string? Reserve(int port, ObjectKey owner)
    {
        if (RangeProblem(port, first, last) is { } problem) return problem;
        return _owners.TryAdd(port, owner) ? null : "provided port is already allocated";
    }

    /// <summary>Why a port is not of a range, in the API server's words, or null where it is.</summary>
    public static string? RangeProblem(int port, int first, int last) => port < first || port > last
        ? string.Create(CultureInfo.InvariantCulture, $"provided port is not in the valid range. The range of valid ports is {first}-{last}")
        : null;

    /// <summary>Takes the next free port, or none where the range is full.</summary>
    /// <param name="owner">The Service that gets it.</param>
    /// <param name="random">What decides where the search begins.</param>
    public int? Next(ObjectKey owner, RandomSource random)
    {
        int size = last - first + 1;
        int band = size <= 16 ? 0 : Math.Clamp(size / 32, 16, 128);
        if (band >= size) band = 0;
        return Search(first + band, last, owner, random) ?? Search(first, first + band - 1, owner, random);
    }

    private int? Search(int from, int to, ObjectKey owner, RandomSource random)
    {
        if (from > to) return null;
        int count = to - from + 1;
        int start = (int)random.NextBelow((uint)count);
        for (int i = 0; i < count; i++)
        {
            int port = from + (start + i) % count;
            if (_owners.TryAdd(port, owner)) return port;
        }

        return null;
    }
}
