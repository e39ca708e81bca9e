using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace NodePortSim.Manifests.Yaml;

/// <summary>Composes the parser's events into nodes; resolves anchors, aliases and merge keys.</summary>
internal sealed class YamlComposer
{
    private const string CoreTagPrefix = "tag:yaml.org,2002:";

    private readonly Parser _parser;
    private readonly YamlText.Part _part;
    private readonly DiagnosticList _diagnostics;
    private readonly Dictionary<string, YamlNode?> _anchors = new(StringComparer.Ordinal);
    private long _aliasedNodes;
    private int _documents;

    public YamlComposer(YamlText.Part part, DiagnosticList diagnostics)
    {
        _parser = new Parser(new StringReader(part.Text));
        _part = part;
        _diagnostics = diagnostics;
    }

    /// <summary>The place of the event at hand.</summary>
    public YamlPosition CurrentPosition => PositionOf(_parser.Current?.Start ?? Mark.Empty);

    /// <summary>A mark's place in the whole text.</summary>
    public YamlPosition PositionOf(Mark mark) => new((int)Math.Max(mark.Line, 1) + _part.LinesBefore, (int)Math.Max(mark.Column, 1));

    /// <summary>Reads the next document; null at the end.</summary>
    /// <exception cref="YamlException">The text is no YAML, or exceeds a limit.</exception>
    public YamlDocument? NextDocument()
    {
        while (_parser.MoveNext())
        {
            if (_parser.Current is not DocumentStart) continue;
            _anchors.Clear();
            _aliasedNodes = 0;
            int errors = _diagnostics.ErrorCount;
            _parser.MoveNext();
            YamlNode root = Node(depth: 1);
            return new YamlDocument(root, new YamlOrigin(_part, _documents++), _diagnostics.ErrorCount > errors);
        }

        return null;
    }

    private YamlNode Node(int depth)
    {
        ParsingEvent current = _parser.Current!;
        if (depth > ManifestLimits.MaxDepth)
            throw new YamlException(current.Start, current.End, $"exceeded max depth of {ManifestLimits.MaxDepth}");
        if (current is AnchorAlias alias) return Aliased(alias, depth);

        string? anchor = current is NodeEvent { Anchor.IsEmpty: false } start ? start.Anchor.Value : null;
        if (anchor is not null) _anchors[anchor] = null;
        YamlNode node = current switch
        {
            Scalar scalar => ScalarNode(scalar),
            SequenceStart => Sequence(depth),
            MappingStart => Mapping(depth),
            _ => throw new YamlException(current.Start, current.End, $"unexpected {current.GetType().Name}"),
        };
        if (anchor is not null) _anchors[anchor] = node;
        return node;
    }

    private YamlNode Aliased(AnchorAlias alias, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out YamlNode? target))
            throw new YamlException(alias.Start, alias.End, $"unknown anchor '{alias.Value}' referenced");
        if (target is null)
            throw new YamlException(alias.Start, alias.End, $"anchor '{alias.Value}' value contains itself");
        if (depth + target.Height - 1 > ManifestLimits.MaxDepth)
            throw new YamlException(alias.Start, alias.End, $"exceeded max depth of {ManifestLimits.MaxDepth}");
        _aliasedNodes += target.Weight;
        if (_aliasedNodes > ManifestLimits.MaxAliasedNodes)
            throw new YamlException(alias.Start, alias.End, "document contains excessive aliasing");
        return target;
    }

    private YamlScalar ScalarNode(Scalar scalar)
    {
        bool isUnwritten = scalar.Style == ScalarStyle.Plain && scalar.Value.Length == 0;
        return new YamlScalar(PositionOf(scalar.Start), scalar.Value, TypeOf(scalar), isUnwritten);
    }

    private static YamlScalarType TypeOf(Scalar scalar)
    {
        if (scalar.Tag.IsEmpty)
            return scalar.Style == ScalarStyle.Plain ? ScalarTypes.OfPlain(scalar.Value) : YamlScalarType.String;
        if (scalar.Tag.IsNonSpecific || !scalar.Tag.Value.StartsWith(CoreTagPrefix, StringComparison.Ordinal)) return YamlScalarType.String;
        return scalar.Tag.Value[CoreTagPrefix.Length..] switch
        {
            "null" => YamlScalarType.Null,
            "bool" => YamlScalarType.Boolean,
            "int" => YamlScalarType.Integer,
            "float" => YamlScalarType.Number,
            _ => YamlScalarType.String,
        };
    }

    private YamlSequence Sequence(int depth)
    {
        var sequence = new YamlSequence(CurrentPosition);
        while (_parser.MoveNext() && _parser.Current is not SequenceEnd) sequence.Add(Node(depth + 1));
        return sequence;
    }

    private YamlMapping Mapping(int depth)
    {
        var mapping = new YamlMapping(CurrentPosition);
        List<(YamlPosition At, YamlNode Source)>? merges = null;
        while (_parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            bool isMerge = _parser.Current is Scalar { Value: "<<", Style: ScalarStyle.Plain };
            YamlPosition keyPosition = CurrentPosition;
            YamlNode key = Node(depth + 1);
            _parser.MoveNext();
            YamlNode value = Node(depth + 1);
            if (isMerge) (merges ??= []).Add((keyPosition, value));
            else if (KeyText(key, keyPosition) is { } text && !mapping.TryAdd(new YamlEntry(text, keyPosition, value)))
                _diagnostics.Error(keyPosition, null, $"key \"{text}\" already set in map");
        }

        foreach ((YamlPosition at, YamlNode source) in merges ?? []) Merge(mapping, source, at);
        return mapping;
    }

    // Keys become strings as they do on the way to JSON: on: → "true", 0x50: → "80".
    private string? KeyText(YamlNode key, YamlPosition position)
    {
        if (key is not YamlScalar scalar || scalar.Type == YamlScalarType.Null)
        {
            _diagnostics.Error(position, null, $"invalid map key of type {key.TypeName}");
            return null;
        }

        if (scalar.Type == YamlScalarType.Boolean && ScalarTypes.TryBoolean(scalar.Text, out bool boolean)) return boolean ? "true" : "false";
        return scalar.Type == YamlScalarType.Integer && ScalarTypes.TryInteger(scalar.Text, out var number) ? number.ToString(CultureInfo.InvariantCulture) : scalar.Text;
    }

    private void Merge(YamlMapping mapping, YamlNode source, YamlPosition at)
    {
        if (source is YamlMapping other)
        {
            foreach (YamlEntry entry in other.Entries) mapping.TryAdd(entry);
        }
        else if (source is YamlSequence sequence && sequence.Items.All(static item => item is YamlMapping))
        {
            foreach (YamlNode item in sequence.Items) Merge(mapping, item, at);
        }
        else
        {
            _diagnostics.Error(at, null, "map merge requires map or sequence of maps as the value");
        }
    }
}
