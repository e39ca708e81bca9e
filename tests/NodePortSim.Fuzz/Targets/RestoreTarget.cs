using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.Net;

namespace NodePortSim.Fuzz.Targets;

/// <summary>Texts for iptables-restore: read or refused with their errors; what was read is written so that it reads the same, and applies or is refused whole.</summary>
internal sealed class RestoreTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "restore";

    /// <inheritdoc/>
    public string Make(RandomSource random) => Mutator.From(Corpus.Restores, random);

    /// <inheritdoc/>
    public void Check(string input)
    {
        foreach (IpFamily family in (IpFamily[])[IpFamily.IPv4, IpFamily.IPv6])
        {
            RestoreInput restore;
            try
            {
                restore = RestoreReader.Read(input, family);
            }
            catch (IptablesTextException)
            {
                continue;
            }

            string written = RestoreWriter.Write(restore);
            FuzzException.ThrowUnless(RestoreWriter.Write(RestoreReader.Read(written, family)) == written, "what was written reads otherwise");
            try
            {
                RuleSet rules = RuleSet.Empty(family).Apply(restore).Rules;
                _ = SaveWriter.Write(rules);
            }
            catch (RestoreException)
            {
                // A chain that does not exist, or one to delete that is in use.
            }
        }
    }
}
