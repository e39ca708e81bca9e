using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>The cluster IPs of one family: which are taken, and which comes next.</summary>
/// <remarks>
/// As the API server's: neither the network's first address nor, in IPv4, its last one is given out; of a large IPv6 network only the
/// first 65535 addresses are used; the first addresses of the range (a sixteenth, 16 to 256 of them) are left for given addresses and
/// allocated last. The next address is a random one, and the first free one after it where it is taken.
/// </remarks>
internal sealed class ClusterIpAllocator
{
    private readonly IpCidr _subnet;
    private readonly bool _enforced;
    private readonly uint _size;
    private readonly uint _staticBand;
    private readonly HashSet<IpAddr> _used = [];

    /// <summary>Makes an allocator without taken addresses.</summary>
    /// <param name="subnet">The network to allocate from.</param>
    /// <param name="enforced">Whether given addresses must be in it.</param>
    public ClusterIpAllocator(IpCidr subnet, bool enforced)
    {
        _subnet = subnet;
        _enforced = enforced;
        int hostBits = Math.Min(subnet.Address.BitLength - subnet.PrefixLength, 31);
        long range = 1L << hostBits;
        long usable = subnet.Family == IpFamily.IPv4 ? range - 2 : Math.Min(range, 65536) - 1;
        _size = (uint)Math.Max(0, usable);
        _staticBand = range <= 16 ? 0 : (uint)Math.Clamp(range / 16, 16, 256);
    }

    /// <summary>Takes a given address.</summary>
    /// <returns>Why it cannot be had, in the API server's words, or null.</returns>
    public string? Reserve(IpAddr address)
    {
        if (_enforced && !IsInRange(address)) return $"the provided IP ({address}) is not in the valid range. The range of valid IPs is {_subnet}";
        return _used.Add(address) ? null : "provided IP is already allocated";
    }

    /// <summary>Takes the next free address, or none where the range is full.</summary>
    /// <param name="random">What decides where the search begins.</param>
    public IpAddr? Next(RandomSource random) =>
        Search(_staticBand, _size, random) ?? Search(0, Math.Min(_staticBand, _size), random);

    private bool IsInRange(IpAddr address)
    {
        if (!_subnet.Contains(address) || address == _subnet.Address) return false;
        return address.Low - _subnet.Address.Low <= _size;
    }

    private IpAddr? Search(uint from, uint to, RandomSource random)
    {
        if (from >= to) return null;
        uint count = to - from;
        uint start = random.NextBelow(count);
        for (uint i = 0; i < count; i++)
        {
            IpAddr address = _subnet.Address.Add(1UL + from + (start + i) % count);
            if (_used.Add(address)) return address;
        }

        return null;
    }
}
