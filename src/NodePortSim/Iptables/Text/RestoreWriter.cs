using System.Buffers;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>Prints a <see cref="RestoreInput"/> byte for byte as kube-proxy hands it to <c>iptables-restore</c> (spec kube-proxy-iptables 3.3 to 3.7). Thread-safe.</summary>
/// <remarks>
/// The order of arguments is kube-proxy's: with a port match the header options stand after <c>-m tcp</c>, otherwise after the leading comment and
/// addrtype matches. Hosts have no <c>/32</c>, unless <see cref="AddressMatch.PrefixWritten"/> says so or the test is inverted, as kube-proxy
/// inverts tests of networks only.
/// </remarks>
public static class RestoreWriter
{
    private const int CommandsAtATime = 4096;

    /// <summary>The text of all tables of the input.</summary>
    /// <param name="input">The input.</param>
    public static string Write(RestoreInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return TextSink.Collect(input, static (sink, input) => Write(sink, input));
    }

    /// <summary>Writes the text of all tables of the input as UTF-8.</summary>
    /// <param name="output">Where to write to.</param>
    /// <param name="input">The input.</param>
    public static void Write(IBufferWriter<byte> output, RestoreInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TextSink.Send(output, input, static (sink, input) => Write(sink, input));
    }

    /// <summary>The text of one rule after <c>-A CHAIN</c>.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="family">The family, which decides how some options are printed.</param>
    public static string Write(Rule rule, IpFamily family)
    {
        ArgumentNullException.ThrowIfNull(rule);
        string text = TextSink.Collect((rule, family), static (sink, s) => RestoreSpec.Append(sink, s.rule, s.family));
        return text.Length == 0 ? text : text[1..];
    }

    private static void Write(TextSink sink, RestoreInput input)
    {
        foreach (RestoreTable table in input.Tables)
        {
            sink.Append('*');
            sink.Append(table.Table.Name());
            sink.Append('\n');
            foreach (string chain in table.DeclaredChains)
            {
                sink.Append(':');
                sink.Append(chain);
                sink.Append(!table.Policies.TryGetValue(chain, out ChainPolicy policy) ? " - [0:0]\n"u8
                    : policy == ChainPolicy.Accept ? " ACCEPT [0:0]\n"u8 : " DROP [0:0]\n"u8);
            }

            sink.AppendAll(table.Commands.Length, CommandsAtATime, (table.Commands, input.Family), static (part, s, i) => Write(part, s.Commands[i], s.Family));
            sink.Append("COMMIT\n"u8);
        }
    }

    private static void Write(TextSink sink, RestoreCommand command, IpFamily family)
    {
        sink.Append(command switch
        {
            AppendRule => "-A "u8,
            InsertRule => "-I "u8,
            DeleteChain => "-X "u8,
            _ => throw new NotSupportedException($"No text for {command.GetType().Name}"),
        });
        sink.Append(command.Chain);
        if (command is AppendRule append) RestoreSpec.Append(sink, append.Rule, family);
        else if (command is InsertRule insert) RestoreSpec.Append(sink, insert.Rule, family);
        sink.Append('\n');
    }
}
