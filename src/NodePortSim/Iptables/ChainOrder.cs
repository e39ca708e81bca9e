namespace NodePortSim.Iptables;

/// <summary>Sorts chains by their names (bytes).</summary>
/// <remarks>kube-proxy's names have long beginnings in common; eight characters at a time are compared as one number.</remarks>
internal static class ChainOrder
{
    private const int Shortest = 16;

    public static void Sort(Chain[] chains)
    {
        foreach (Chain chain in chains)
        {
            if (System.Text.Ascii.IsValid(chain.Name)) continue;
            Array.Sort(chains, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
            return;
        }

        Sort(chains, new ulong[chains.Length], 0, 0, chains.Length);
    }

    /// <summary>Sorts chains whose names are the same up to a place.</summary>
    private static void Sort(Chain[] chains, ulong[] keys, int same, int first, int count)
    {
        if (count < Shortest)
        {
            chains.AsSpan(first, count).Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
            return;
        }

        for (int i = first; i < first + count; i++) keys[i] = KeyOf(chains[i].Name, same);
        Array.Sort(keys, chains, first, count);
        int start = first;
        for (int i = first + 1; i <= first + count; i++)
        {
            if (i < first + count && keys[i] == keys[start]) continue;

            // Names that end here are equal: the last character of a key is 0 where a name has none.
            if (i - start > 1 && (keys[start] & 0xFF) != 0) Sort(chains, keys, same + sizeof(ulong), start, i - start);
            start = i;
        }
    }

    private static ulong KeyOf(string name, int from)
    {
        ulong key = 0;
        for (int i = 0; i < sizeof(ulong); i++) key = key << 8 | (from + i < name.Length ? name[from + i] : 0u);
        return key;
    }
}
