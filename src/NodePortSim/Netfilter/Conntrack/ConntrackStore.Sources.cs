using NodePortSim.Net;
using NodePortSim.Netfilter.Nat;

namespace NodePortSim.Netfilter.Conntrack;

/// <content>
/// The flows whose source is translated, by where they come from: SNAT without random gives a source the translation that it has
/// already (spec netfilter-datapath 3.3). The newest comes first; unconfirmed entries are among them.
/// </content>
internal sealed partial class ConntrackStore
{
    private int[] _sources;

    /// <summary>Remembers that the entry's source is translated.</summary>
    public void LinkSource(int entry)
    {
        ref ConntrackSlot slot = ref Slots[entry];
        slot.Status |= ConntrackStatus.SourceNat;
        ref int head = ref _sources[Hash.OfSource(slot.Original) >> _shift];
        slot.NextBySource = head;
        slot.PreviousBySource = 0;
        if (head != 0) Slots[head].PreviousBySource = entry;
        head = entry;
    }

    /// <summary>Finds the newest flow of the same source whose translated source lies in the range; 0 for none.</summary>
    public int FindSource(in FlowTuple original, in NatRange range)
    {
        int entry = _sources[Hash.OfSource(original) >> _shift];
        while (entry != 0)
        {
            ref readonly ConntrackSlot slot = ref Slots[entry];
            if (slot.Original.SourcePort == original.SourcePort && slot.Original.Protocol == original.Protocol
                && slot.Original.Source == original.Source && range.Holds(slot.Reply))
            {
                return entry;
            }

            entry = slot.NextBySource;
        }

        return 0;
    }

    private void UnlinkSource(int entry)
    {
        ref ConntrackSlot slot = ref Slots[entry];
        if (!slot.Has(ConntrackStatus.SourceNat)) return;
        if (slot.PreviousBySource != 0) Slots[slot.PreviousBySource].NextBySource = slot.NextBySource;
        else _sources[Hash.OfSource(slot.Original) >> _shift] = slot.NextBySource;
        if (slot.NextBySource != 0) Slots[slot.NextBySource].PreviousBySource = slot.PreviousBySource;
    }

    private void GrowSources(int size)
    {
        int[] old = _sources;
        _sources = new int[size];
        foreach (int head in old)
        {
            // From the end of each chain, so that the newest comes first again.
            int entry = head;
            while (entry != 0 && Slots[entry].NextBySource != 0) entry = Slots[entry].NextBySource;
            while (entry != 0)
            {
                int previous = Slots[entry].PreviousBySource;
                LinkSource(entry);
                entry = previous;
            }
        }
    }
}
