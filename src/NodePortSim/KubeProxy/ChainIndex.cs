using NodePortSim.Collections;

namespace NodePortSim.KubeProxy;

/// <summary>Finds the service port that a chain's name belongs to. It needs the names of all endpoints, so that it is made for those who ask by name only. Thread-safe.</summary>
internal sealed class ChainIndex
{
    private readonly PersistentMap<Key, ServicePortName> _ports;

    private ChainIndex(PersistentMap<Key, ServicePortName> ports) => _ports = ports;

    /// <summary>The service port of a chain's name; null where it has the form of none, or no port has such a chain.</summary>
    public ServicePortName? this[string chain]
    {
        get
        {
            int dash = chain.LastIndexOf('-');
            return dash < 0 ? null : _ports[new Key(chain[(dash + 1)..])];
        }
    }

    public static ChainIndex Of(PersistentMap<ServicePortName, ServicePortState> ports)
    {
        var keys = new List<Key>();
        var names = new List<ServicePortName>();
        foreach (ServicePortState port in ports.Values)
        {
            foreach (Key key in KeysOf(port))
            {
                keys.Add(key);
                names.Add(port.Port.Name);
            }
        }

        return new ChainIndex(PersistentMap<Key, ServicePortName>.From([.. keys], [.. names]));
    }

    public ChainIndex With(IEnumerable<(ServicePortState? Before, ServicePortState? Now)> changes)
    {
        PersistentMap<Key, ServicePortName> ports = _ports;
        foreach ((ServicePortState? before, _) in changes)
            if (before is not null) foreach (Key key in KeysOf(before)) ports = ports.Without(key);
        foreach ((_, ServicePortState? now) in changes)
            if (now is not null) foreach (Key key in KeysOf(now)) ports = ports.With(key, now.Port.Name);
        return new ChainIndex(ports);
    }

    private static IEnumerable<Key> KeysOf(ServicePortState port)
    {
        yield return new Key(port.Port.Chains.Hash);
        for (int i = 0; i < port.Endpoints.Count; i++) yield return new Key(port.Endpoints[i].ChainName[ChainNames.EndpointPrefix.Length..]);
    }

    /// <summary>The characters that a chain's name ends in.</summary>
    private readonly record struct Key(string Hash) : IComparable<Key>
    {
        public int CompareTo(Key other) => string.CompareOrdinal(Hash, other.Hash);
    }
}
