namespace NodePortSim.Netfilter.Rules;

/// <summary>The recent lists of a network namespace. A list lives as long as a rule refers to it (spec netfilter-datapath 4).</summary>
internal sealed class RecentLists
{
    private readonly Dictionary<string, (RecentList List, int Users)> _lists = new(StringComparer.Ordinal);

    /// <summary>The list of a name, or null where no rule refers to one.</summary>
    public RecentList? this[string name] => _lists.TryGetValue(name, out (RecentList List, int Users) found) ? found.List : null;

    /// <summary>The names of the lists, sorted: the files of <c>/proc/net/xt_recent</c>.</summary>
    public IEnumerable<string> Names => _lists.Keys.Order(StringComparer.Ordinal);

    /// <summary>Forgets the addresses of all lists.</summary>
    public void Clear()
    {
        foreach ((RecentList list, _) in _lists.Values) list.Clear();
    }

    /// <summary>The list of a name, for one more chain that refers to it.</summary>
    public RecentList Acquire(string name)
    {
        (RecentList list, int users) = _lists.TryGetValue(name, out (RecentList, int) found) ? found : (new RecentList(name), 0);
        _lists[name] = (list, users + 1);
        return list;
    }

    /// <summary>One chain less refers to the list; without any the list is forgotten.</summary>
    public void Release(RecentList list)
    {
        int users = _lists[list.Name].Users - 1;
        if (users == 0) _lists.Remove(list.Name);
        else _lists[list.Name] = (list, users);
    }
}
