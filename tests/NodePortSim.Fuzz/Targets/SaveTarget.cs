using NodePortSim.Iptables.Text;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Routing;

namespace NodePortSim.Fuzz.Targets;

/// <summary>Texts of iptables-save: read or refused with their errors; what was read is written so that it reads the same, and loads or is refused as the kernel does.</summary>
internal sealed class SaveTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "save";

    /// <inheritdoc/>
    public string Make(RandomSource random) => Mutator.From(Corpus.Saves, random);

    /// <inheritdoc/>
    public void Check(string input)
    {
        foreach (IpFamily family in (IpFamily[])[IpFamily.IPv4, IpFamily.IPv6])
        {
            SavedRules saved;
            try
            {
                saved = SaveReader.Read(input, family);
            }
            catch (IptablesTextException)
            {
                continue;
            }

            string written = SaveWriter.Write(saved.Rules, saved.Counters);
            SavedRules again = SaveReader.Read(written, family);
            FuzzException.ThrowUnless(SaveWriter.Write(again.Rules, again.Counters) == written, "what was written reads otherwise");
            var machine = new NetfilterMachine(new RoutingTable(), new Sysctls(), new VirtualTimeProvider(), new RandomSource(1));
            try
            {
                machine.Load(saved.Rules);
            }
            catch (ArgumentException)
            {
                // The kernel would refuse it too: a loop of chains, or a target in the wrong hook.
            }
        }
    }
}
