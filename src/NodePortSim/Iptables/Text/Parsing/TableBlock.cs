using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace NodePortSim.Iptables.Text.Parsing;

/// <summary>One <c>*table … COMMIT</c> block while it is read.</summary>
internal sealed class TableBlock(IptablesTable table)
{
    private readonly ImmutableArray<string>.Builder _declared = ImmutableArray.CreateBuilder<string>();
    private readonly ImmutableArray<RestoreCommand>.Builder _commands = ImmutableArray.CreateBuilder<RestoreCommand>();
    private readonly ImmutableDictionary<string, ChainPolicy>.Builder _policies = ImmutableDictionary.CreateBuilder<string, ChainPolicy>();
    private readonly HashSet<string> _chains = new(table.BuiltInChains(), StringComparer.Ordinal);
    private readonly Dictionary<string, int> _ruleCounts = new(StringComparer.Ordinal);
    private readonly List<(string Chain, int Line, int Column)> _named = [];

    public IptablesTable Table => table;

    public void Declare(string name, ChainPolicy? policy)
    {
        _declared.Add(name);
        _chains.Add(name);
        if (policy is { } given && table.BuiltInChains().Contains(name)) _policies[name] = given;
    }

    public void Add(DeleteChain command) => _commands.Add(command);

    /// <summary>Adds a rule; returns its place in its chain, from 0.</summary>
    public int Add(RestoreCommand command, int line, LineTokens tokens)
    {
        _commands.Add(command);
        Rule rule = command is AppendRule append ? append.Rule : ((InsertRule)command).Rule;
        if (!_chains.Contains(command.Chain)) _named.Add((command.Chain, line, tokens.ColumnOf(1)));
        if (TableRules.ReferenceOf(rule) is { } target && !_chains.Contains(target)) _named.Add((target, line, ColumnOf(tokens, target)));
        return CollectionsMarshal.GetValueRefOrAddDefault(_ruleCounts, command.Chain, out _)++;
    }

    /// <summary>Reports every chain that a rule names and the block does not have.</summary>
    public void CheckJumps(Action<int, int, string> report)
    {
        foreach ((string chain, int line, int column) in _named)
        {
            if (!_chains.Contains(chain)) report(line, column, $"Chain '{chain}' does not exist");
        }
    }

    public RestoreTable Build() => new(table, _declared.ToImmutable(), _commands.ToImmutable()) { Policies = _policies.ToImmutable() };

    private static int ColumnOf(LineTokens tokens, string target)
    {
        for (int i = tokens.Count - 1; i > 0; i--)
        {
            if (tokens[i] == target && tokens[i - 1] is "-j" or "-g" or "--jump" or "--goto") return tokens.ColumnOf(i);
        }

        return 1;
    }
}
