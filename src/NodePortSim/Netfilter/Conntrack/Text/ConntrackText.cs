using System.Globalization;
using System.Text;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack.Text;

/// <summary>Entries, events and statistics as conntrack 1.4.7 prints them (spec netfilter-datapath 6.1, 6.2). Thread-safe.</summary>
public static class ConntrackText
{
    /// <summary>A line of <c>conntrack -L</c>, without its line end.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="format">The columns of <c>-o</c>.</param>
    public static string Line(ConntrackEntry entry, ConntrackFormat format = ConntrackFormat.None)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var text = new StringBuilder(200);
        AppendFamily(text, entry, format);
        AppendProtocol(text, entry.Protocol);
        text.Append(CultureInfo.InvariantCulture, $"{entry.TimeoutSeconds} ");
        AppendState(text, entry);
        AppendFlow(text, entry);
        text.Append(CultureInfo.InvariantCulture, $" mark={entry.Mark} use=1");
        if ((format & ConntrackFormat.Id) != 0) text.Append(CultureInfo.InvariantCulture, $" id={entry.Id}");
        return text.ToString();
    }

    /// <summary>A line of <c>conntrack -E</c>, without its line end. An expired entry shows no timeout.</summary>
    /// <param name="event">The event.</param>
    /// <param name="format">The columns of <c>-o</c>.</param>
    /// <param name="portId">The netlink port of the tool, printed for entries that a tool deleted.</param>
    public static string Line(ConntrackEvent @event, ConntrackFormat format = ConntrackFormat.None, uint portId = 0)
    {
        ArgumentNullException.ThrowIfNull(@event);
        ConntrackEntry entry = @event.Entry;
        bool destroyed = @event.Kind is ConntrackEventKind.Destroy or ConntrackEventKind.DestroyByTool;
        var text = new StringBuilder(200);
        if ((format & ConntrackFormat.Timestamp) != 0)
        {
            long microseconds = (@event.At - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            text.Append(CultureInfo.InvariantCulture, $"[{microseconds / 1000000}.{microseconds % 1000000:000000}]\t");
        }

        text.Append(@event.Kind switch
        {
            ConntrackEventKind.New => "    [NEW] ",
            ConntrackEventKind.Update => " [UPDATE] ",
            _ => "[DESTROY] ",
        });
        AppendFamily(text, entry, format);
        AppendProtocol(text, entry.Protocol);
        if (!destroyed || entry.TimeoutSeconds > 0) text.Append(CultureInfo.InvariantCulture, $"{entry.TimeoutSeconds} ");
        AppendState(text, entry);
        AppendFlow(text, entry);
        if (@event.Kind == ConntrackEventKind.DestroyByTool) text.Append(CultureInfo.InvariantCulture, $" [USERSPACE] portid={portId}");
        if ((format & ConntrackFormat.Id) != 0) text.Append(CultureInfo.InvariantCulture, $" id={entry.Id}");
        return text.ToString();
    }

    /// <summary>Both tuples and the flags, as they stand in a line of <c>conntrack -L</c> between state and mark.</summary>
    /// <param name="entry">The entry.</param>
    public static string Flow(ConntrackEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var text = new StringBuilder(160);
        AppendFlow(text, entry);
        return text.ToString();
    }

    /// <summary>The line of one processor of <c>conntrack -S</c>, with its trailing space.</summary>
    /// <param name="statistics">The counters.</param>
    public static string Line(ConntrackStatistics statistics) => string.Create(
        CultureInfo.InvariantCulture,
        $"cpu=0   \tfound={statistics.Found} invalid={statistics.Invalid} insert={statistics.Insert} insert_failed={statistics.InsertFailed} drop={statistics.Drop} early_drop={statistics.EarlyDrop} error={statistics.Error} search_restart={statistics.SearchRestart} clash_resolve={statistics.ClashResolve} chaintoolong={statistics.ChainTooLong} ");

    /// <summary>The state's name as conntrack prints it; null for a protocol without states.</summary>
    /// <param name="entry">The entry.</param>
    public static string? StateName(ConntrackEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.TcpState is { } tcp) return Name(tcp);
        return entry.SctpState is { } sctp ? Name(sctp) : null;
    }

    /// <summary>The kernel's name of a TCP state, such as <c>SYN_SENT</c>.</summary>
    /// <param name="state">The state.</param>
    public static string Name(TcpState state) => state switch
    {
        TcpState.SynSent => "SYN_SENT",
        TcpState.SynRecv => "SYN_RECV",
        TcpState.Established => "ESTABLISHED",
        TcpState.FinWait => "FIN_WAIT",
        TcpState.CloseWait => "CLOSE_WAIT",
        TcpState.LastAck => "LAST_ACK",
        TcpState.TimeWait => "TIME_WAIT",
        TcpState.Close => "CLOSE",
        TcpState.SynSent2 => "SYN_SENT2",
        _ => "NONE",
    };

    /// <summary>The kernel's name of an SCTP state, such as <c>COOKIE_WAIT</c>.</summary>
    /// <param name="state">The state.</param>
    public static string Name(SctpState state) => state switch
    {
        SctpState.Closed => "CLOSED",
        SctpState.CookieWait => "COOKIE_WAIT",
        SctpState.CookieEchoed => "COOKIE_ECHOED",
        SctpState.Established => "ESTABLISHED",
        SctpState.ShutdownSent => "SHUTDOWN_SENT",
        SctpState.ShutdownRecd => "SHUTDOWN_RECD",
        SctpState.ShutdownAckSent => "SHUTDOWN_ACK_SENT",
        SctpState.HeartbeatSent => "HEARTBEAT_SENT",
        _ => "NONE",
    };

    private static void AppendFamily(StringBuilder text, ConntrackEntry entry, ConntrackFormat format)
    {
        if ((format & ConntrackFormat.Extended) == 0) return;
        text.Append(entry.Original.Source.IsIPv4 ? "ipv4     2 " : "ipv6     10 ");
    }

    private static void AppendProtocol(StringBuilder text, Protocol protocol)
    {
        string name = protocol switch
        {
            Protocol.IcmpV6 => "icmpv6",
            Protocol.Tcp or Protocol.Udp or Protocol.Sctp or Protocol.Icmp => protocol.LowerName(),
            _ => "unknown",
        };
        text.Append(CultureInfo.InvariantCulture, $"{name,-8} {(byte)protocol} ");
    }

    private static void AppendState(StringBuilder text, ConntrackEntry entry)
    {
        if (StateName(entry) is { } name) text.Append(name).Append(' ');
    }

    private static void AppendFlow(StringBuilder text, ConntrackEntry entry)
    {
        text.Append(Tuple(entry.Original));
        if (entry.Counters is { } c) text.Append(CultureInfo.InvariantCulture, $" packets={c.OriginalPackets} bytes={c.OriginalBytes}");
        if (entry.IsUnreplied) text.Append(" [UNREPLIED]");
        text.Append(' ').Append(Tuple(entry.Reply));
        if (entry.Counters is { } r) text.Append(CultureInfo.InvariantCulture, $" packets={r.ReplyPackets} bytes={r.ReplyBytes}");
        if (entry.IsAssured) text.Append(" [ASSURED]");
    }

    private static string Tuple(in FlowTuple tuple) => tuple.Protocol is Protocol.Icmp or Protocol.IcmpV6 || tuple.Protocol.HasPorts()
        ? tuple.ToString()
        : $"src={tuple.Source} dst={tuple.Destination}";
}
