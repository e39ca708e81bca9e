using System.Globalization;
using System.Text;
using NodePortSim.Iptables.Text;

namespace NodePortSim.Netfilter.Rules;

/// <summary>A named counter that rules count on: <c>-m nfacct</c> (spec netfilter-datapath 4, 6.5).</summary>
/// <param name="name">The object's name.</param>
internal sealed class AccountingObject(string name)
{
    private PacketCounter _counter;

    /// <summary>The object's name.</summary>
    public string Name { get; } = name;

    /// <summary>What was counted.</summary>
    public RuleCounter Counter => _counter.Snapshot;

    /// <summary>Counts a packet of <paramref name="length"/> bytes, IP header included.</summary>
    public void Count(int length) => _counter.Add(length);

    /// <summary>Sets the counter to zero.</summary>
    public void Zero() => _counter = default;
}

/// <summary>The accounting objects of a network namespace. They outlive every reload of rules.</summary>
internal sealed class AccountingObjects
{
    private readonly Dictionary<string, AccountingObject> _byName = new(StringComparer.Ordinal);
    private readonly List<AccountingObject> _inOrder = [];

    /// <summary>The objects in the order of their creation.</summary>
    public IReadOnlyList<AccountingObject> All => _inOrder;

    /// <summary>The object of a name, or null where there is none.</summary>
    public AccountingObject? this[string name] => _byName.GetValueOrDefault(name);

    /// <summary>The object of a name, made where there is none.</summary>
    public AccountingObject GetOrAdd(string name)
    {
        if (_byName.TryGetValue(name, out AccountingObject? known)) return known;
        var added = new AccountingObject(name);
        _byName.Add(name, added);
        _inOrder.Add(added);
        return added;
    }

    /// <summary>The text of <c>nfacct list</c>.</summary>
    public string List()
    {
        var text = new StringBuilder();
        foreach (AccountingObject item in _inOrder)
        {
            (ulong packets, ulong bytes) = item.Counter;
            text.Append(CultureInfo.InvariantCulture, $"{{ pkts = {packets:D20}, bytes = {bytes:D20} }} = {item.Name};\n");
        }

        return text.ToString();
    }
}
