using System.Globalization;
using System.Text;
using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Rules;

/// <summary>A list of recently seen addresses: the kernel's <c>xt_recent</c> (spec netfilter-datapath 4).</summary>
/// <remarks>
/// At most <see cref="MaxAddresses"/> addresses, each with its last <see cref="MaxStamps"/> times; a further address takes the place of the one
/// that was updated longest ago. Times are jiffies. Entries hang in a ring by their last update, oldest first.
/// </remarks>
/// <param name="name">The list's name.</param>
internal sealed class RecentList(string name)
{
    /// <summary>The kernel's <c>ip_list_tot</c>.</summary>
    public const int MaxAddresses = 100;

    /// <summary>How many times an address remembers.</summary>
    public const int MaxStamps = 32;

    private readonly Dictionary<IpAddr, Entry> _entries = [];
    private readonly LinkedList<Entry> _byUpdate = [];

    /// <summary>The list's name.</summary>
    public string Name { get; } = name;

    /// <summary>The number of addresses, 0 to <see cref="MaxAddresses"/>.</summary>
    public int Count => _entries.Count;

    /// <summary>Whether the address is listed.</summary>
    public bool Contains(IpAddr address) => _entries.ContainsKey(address);

    /// <summary>Evaluates a match on the list, as the kernel's <c>recent_mt</c> does.</summary>
    /// <param name="match">The match.</param>
    /// <param name="address">The packet's address.</param>
    /// <param name="ttl">The packet's time to live.</param>
    /// <param name="now">The time in jiffies.</param>
    /// <returns>Whether the match holds.</returns>
    public bool Evaluate(RecentMatch match, IpAddr address, byte ttl, long now)
    {
        bool holds = match.Inverted;
        if (!_entries.TryGetValue(address, out Entry? entry))
        {
            if (match.Mode != RecentMode.Set) return holds;
            Add(address, ttl, now);
            return !holds;
        }

        switch (match.Mode)
        {
            case RecentMode.Set:
                Touch(entry, ttl, now);
                return !holds;
            case RecentMode.Remove:
                Remove(entry);
                return !holds;
        }

        long oldestAllowed = now - (match.Seconds ?? 0) * (long)KernelClock.JiffiesPerSecond;
        if (IsSeen(entry, match, oldestAllowed)) holds = !holds;
        bool refresh = match.Mode == RecentMode.Update && holds;
        if (match.Reap) Reap(oldestAllowed, refresh ? entry : null);
        if (refresh) Touch(entry, ttl, now);
        return holds;
    }

    /// <summary>Forgets all addresses, as writing <c>/</c> to the list's file does.</summary>
    public void Clear()
    {
        _entries.Clear();
        _byUpdate.Clear();
    }

    /// <summary>The text of <c>/proc/net/xt_recent/NAME</c>, least recently updated address first (the kernel's own order is that of its hash).</summary>
    public string List()
    {
        var text = new StringBuilder();
        foreach (Entry entry in _byUpdate)
        {
            int last = (entry.Next - 1) & (MaxStamps - 1);
            text.Append(CultureInfo.InvariantCulture, $"src={FullText(entry.Address)} ttl: {entry.Ttl} last_seen: {entry.Stamps[last]} oldest_pkt: {entry.Next}");
            for (int i = 0; i < entry.Count; i++) text.Append(i == 0 ? " " : ", ").Append(entry.Stamps[i].ToString(CultureInfo.InvariantCulture));
            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Whether one of the remembered times is young enough.</summary>
    private static bool IsSeen(Entry entry, RecentMatch match, long oldestAllowed)
    {
        for (int i = 0; i < entry.Count; i++)
            if (match.Seconds is null or 0 || entry.Stamps[i] >= oldestAllowed) return true;
        return false;
    }

    /// <summary>Removes the longest unused address if its last time is too old; never the one that is about to be refreshed.</summary>
    private void Reap(long oldestAllowed, Entry? refreshed)
    {
        Entry oldest = _byUpdate.First!.Value;
        if (oldest != refreshed && oldest.Stamps[oldest.Next - 1] < oldestAllowed) Remove(oldest);
    }

    private void Add(IpAddr address, byte ttl, long now)
    {
        Entry entry;
        if (_entries.Count < MaxAddresses)
        {
            entry = new Entry();
        }
        else
        {
            entry = _byUpdate.First!.Value;
            Remove(entry);
        }

        entry.Address = address;
        entry.Ttl = ttl;
        entry.Stamps[0] = now;
        entry.Count = entry.Next = 1;
        _entries.Add(address, entry);
        _byUpdate.AddLast(entry.Node);
    }

    private void Touch(Entry entry, byte ttl, long now)
    {
        entry.Next &= MaxStamps - 1;
        if (entry.Next == entry.Stamps.Length) Array.Resize(ref entry.Stamps, entry.Next * 2);
        entry.Stamps[entry.Next++] = now;
        entry.Count = Math.Max(entry.Count, entry.Next);
        entry.Ttl = ttl;
        _byUpdate.Remove(entry.Node);
        _byUpdate.AddLast(entry.Node);
    }

    private void Remove(Entry entry)
    {
        _entries.Remove(entry.Address);
        _byUpdate.Remove(entry.Node);
    }

    /// <summary>IPv6 addresses are written without <c>::</c>, as the kernel's <c>%pI6</c> does.</summary>
    private static string FullText(IpAddr address)
    {
        if (address.IsIPv4) return address.ToString();
        string digits = string.Create(CultureInfo.InvariantCulture, $"{address.High:x16}{address.Low:x16}");
        return string.Join(':', Enumerable.Range(0, 8).Select(group => digits.Substring(group * 4, 4)));
    }

    private sealed class Entry
    {
        /// <summary>A ring; its array grows to <see cref="MaxStamps"/> as it fills.</summary>
        public long[] Stamps = new long[1];

        public Entry() => Node = new LinkedListNode<Entry>(this);

        public LinkedListNode<Entry> Node { get; }

        public IpAddr Address { get; set; }

        public byte Ttl { get; set; }

        /// <summary>How many times are remembered.</summary>
        public int Count { get; set; }

        /// <summary>The place of the next time, 1 to <see cref="MaxStamps"/>; past the end means the beginning.</summary>
        public int Next { get; set; }
    }
}
