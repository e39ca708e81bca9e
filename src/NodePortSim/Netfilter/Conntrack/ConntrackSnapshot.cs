using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>Makes the public snapshot of an entry.</summary>
internal static class ConntrackSnapshot
{
    public static ConntrackEntry Of(ConntrackStore store, int entry, TimeProvider time)
    {
        ref readonly ConntrackSlot slot = ref store.Slots[entry];
        long now = time.GetTimestamp();
        long remaining = slot.Has(ConntrackStatus.Confirmed) ? slot.Expires - now : slot.Expires;
        Protocol protocol = slot.Protocol;
        ConntrackAccounts counted = slot.Accounted ? store.Accounts[entry] : default;
        return new ConntrackEntry
        {
            Original = store.Tuple(entry, reply: false),
            Reply = store.Tuple(entry, reply: true),
            TimeoutSeconds = Math.Max(remaining, 0) / time.TimestampFrequency,
            TcpState = protocol == Protocol.Tcp ? (TcpState)slot.State : null,
            SctpState = protocol == Protocol.Sctp ? (SctpState)slot.State : null,
            Status = slot.Status,
            Mark = store.MarkOf(entry),
            Id = slot.Serial,
            Created = time.GetUtcNow() - time.GetElapsedTime(slot.Created, now),
            Counters = slot.Accounted
                ? new ConntrackCounters(counted.OriginalPackets, counted.OriginalBytes, counted.ReplyPackets, counted.ReplyBytes)
                : null,
        };
    }
}
