using System.Collections.Immutable;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text.Parsing;

/// <summary>Reads <c>*table … COMMIT</c> blocks line by line, and collects the errors of all lines.</summary>
internal sealed class BlockReader(string text, IpFamily family, string file, bool whole)
{
    private readonly LineTokens _tokens = new();
    private readonly List<TextError> _errors = [];
    private readonly List<RestoreTable> _tables = [];
    private TableBlock? _block;
    private int _line;

    /// <summary>The counters that stood in the text.</summary>
    public ReadCounters Counters { get; } = new();

    /// <summary>Reads the whole text.</summary>
    /// <exception cref="IptablesTextException">Some lines are wrong.</exception>
    public RestoreInput Read()
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            _line++;
            try
            {
                ReadLine(line);
            }
            catch (RuleError error)
            {
                Fail(_tokens.ColumnOf(error.Argument), error.Message);
            }
        }

        if (_block is not null) Fail(1, $"COMMIT expected at line {_line + 1}");
        _errors.Sort(static (a, b) => (a.Line, a.Column).CompareTo((b.Line, b.Column)));
        if (_errors.Count > 0) throw new IptablesTextException(_errors);
        return new RestoreInput(family, [.. _tables]);
    }

    /// <summary>Reads the arguments of one rule.</summary>
    public static Rule ReadRule(string arguments, IpFamily family)
    {
        var tokens = new LineTokens();
        try
        {
            if (!tokens.Split(arguments, 0)) throw new RuleError(0, "unterminated quote");
            return new RuleReader(new Arguments(tokens, family)).Read();
        }
        catch (RuleError error)
        {
            throw new IptablesTextException([new TextError("rule", 1, tokens.ColumnOf(error.Argument), error.Message)]);
        }
    }

    private void ReadLine(ReadOnlySpan<char> line)
    {
        if (line.IsWhiteSpace() || line[0] == '#') return;
        RuleCounter? counter = null;
        int start = 0;
        if (line[0] == '[' && (start = line.IndexOf(']') + 1) > 0) counter = ReadCounters.Parse(line[..start]);
        if (!_tokens.Split(line, start)) throw new RuleError(Math.Max(0, _tokens.Count - 1), "unterminated quote");
        if (_tokens.Count == 0) throw new RuleError(0, $"line {_line} failed");
        if (line[0] == '*') StartTable(line[1..].Trim().ToString());
        else if (_block is not { } block) throw new RuleError(0, $"line {_line} failed");
        else if (line[0] == ':') DeclareChain(block, line);
        else if (_tokens[0] == "COMMIT") Commit(block);
        else ReadCommand(block, counter);
    }

    private void StartTable(string name)
    {
        if (_block is not null) Fail(1, $"COMMIT expected at line {_line}");
        if (IptablesTables.Parse(name) is not { } table) throw new RuleError(0, $"line {_line} table name '{name}' invalid");
        _block = new TableBlock(table);
    }

    private void Commit(TableBlock block)
    {
        if (whole) block.CheckJumps((line, column, message) => _errors.Add(new TextError(file, line, column, message)));
        _tables.Add(block.Build());
        _block = null;
    }

    private void DeclareChain(TableBlock block, ReadOnlySpan<char> line)
    {
        string name = _tokens[0][1..];
        if (!LineTokens.IsOneWord(name)) throw new RuleError(0, $"Invalid chain name `{name}'");
        if (name.Length > 28) throw new RuleError(0, $"chain name `{name}' too long (must be under 29 chars)");
        if (Extensions.Target(name) is not null) throw new RuleError(0, "chain name may not clash with target name");
        if (_tokens.Count < 2) throw new RuleError(0, $"line {_line} failed");
        ChainPolicy? policy = _tokens[1] switch
        {
            "-" => null,
            "ACCEPT" => ChainPolicy.Accept,
            "DROP" => ChainPolicy.Drop,
            _ => throw new RuleError(1, "Bad policy name."),
        };
        block.Declare(name, policy);
        if (_tokens.Count > 2 && ReadCounters.Parse(_tokens[2]) is { } counter) Counters.SetPolicy(block.Table, name, counter);
    }

    private void ReadCommand(TableBlock block, RuleCounter? counter)
    {
        string command = _tokens[0];
        bool takesRule = command is "-A" or "--append" or "-I" or "--insert";
        if (!takesRule && command is not ("-X" or "--delete-chain" or "-N" or "--new-chain"))
        {
            throw new RuleError(0, command.StartsWith('-') ? $"unknown option \"{command}\"" : $"Bad argument `{command}'");
        }

        if (_tokens.Count < 2) throw new RuleError(0, $"option \"{command}\" requires an argument");
        string chain = _tokens[1];
        if (!LineTokens.IsOneWord(chain)) throw new RuleError(1, $"Invalid chain name `{chain}'");
        if (!takesRule)
        {
            if (command is "-N" or "--new-chain") block.Declare(chain, null);
            else block.Add(new DeleteChain(chain));
            return;
        }

        bool insert = command is "-I" or "--insert";
        var arguments = new Arguments(_tokens, family) { Position = 2 };
        if (insert && !arguments.AtEnd && int.TryParse(_tokens[2], out int place))
        {
            if (place != 1) throw new RuleError(2, "only insertion at the top (1) is supported");
            arguments.Position++;
        }

        var reader = new RuleReader(arguments);
        Rule rule = reader.Read();
        int index = block.Add(insert ? new InsertRule(chain, rule) : new AppendRule(chain, rule), _line, _tokens);
        if (whole && (counter ?? reader.Counter) is { } count) Counters.SetRule(block.Table, chain, index, count);
    }

    private void Fail(int column, string message) => _errors.Add(new TextError(file, _line, column, message));
}
