using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using NodePortSim.Manifests.Yaml;

namespace NodePortSim.Tests.Scenarios;

/// <summary>Holds YAML against a JSON schema: the keywords that our schemas use, and a complaint about any other.</summary>
internal sealed class JsonSchema(JsonElement root)
{
    private static readonly string[] Annotations = ["$schema", "$defs", "title", "description", "default", "deprecated"];

    /// <summary>What does not hold: a line for each problem.</summary>
    public IEnumerable<string> Check(YamlNode node) => Check(root, node, "");

    /// <summary>The paths of all properties that the schema names, in the form <c>spec.steps[].connect.from</c>.</summary>
    public IEnumerable<string> Paths() => Paths(root, "");

    private IEnumerable<string> Paths(JsonElement schema, string path)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference)) schema = Resolve(reference);
        if (schema.TryGetProperty("items", out JsonElement items))
            foreach (string inner in Paths(items, $"{path}[]")) yield return inner;
        if (!schema.TryGetProperty("properties", out JsonElement properties)) yield break;
        foreach (JsonProperty property in properties.EnumerateObject())
        {
            string own = path.Length > 0 ? $"{path}.{property.Name}" : property.Name;
            yield return own;
            foreach (string inner in Paths(property.Value, own)) yield return inner;
        }
    }

    private IEnumerable<string> Check(JsonElement schema, YamlNode node, string path) => schema.EnumerateObject().SelectMany(keyword => keyword.Name switch
    {
        "$ref" => Check(Resolve(keyword.Value), node, path),
        "type" => Types(keyword.Value).Any(type => IsOf(node, type)) ? [] : [$"{path}: is {node.TypeName}, not {keyword.Value}"],
        "const" => TextOf(node) == keyword.Value.GetString() ? [] : [$"{path}: is not {keyword.Value}"],
        "enum" => keyword.Value.EnumerateArray().Any(value => value.ValueKind == JsonValueKind.Null ? node.IsNull : TextOf(node) == value.GetString()) ? [] : [$"{path}: is none of {keyword.Value}"],
        "minLength" => TextOf(node) is { Length: 0 } ? [$"{path}: is empty"] : [],
        "pattern" => TextOf(node) is { } text && !Regex.IsMatch(text, keyword.Value.GetString()!) ? [$"{path}: does not match {keyword.Value}"] : [],
        "minimum" => NumberOf(node) is { } number && number < keyword.Value.GetDecimal() ? [$"{path}: is below {keyword.Value}"] : [],
        "maximum" => NumberOf(node) is { } number && number > keyword.Value.GetDecimal() ? [$"{path}: is above {keyword.Value}"] : [],
        "required" => keyword.Value.EnumerateArray().Where(name => node is YamlMapping mapping && mapping[name.GetString()!] is null).Select(name => $"{path}: has no {name}"),
        "minProperties" => node is YamlMapping { Entries.Count: 0 } ? [$"{path}: is empty"] : [],
        "maxProperties" => node is YamlMapping { Entries.Count: > 1 } ? [$"{path}: has more than one field"] : [],
        "properties" => node is YamlMapping mapping ? mapping.Entries.SelectMany(entry => keyword.Value.TryGetProperty(entry.Key, out JsonElement own) ? Check(own, entry.Value, $"{path}.{entry.Key}") : []) : [],
        "additionalProperties" => Additional(schema, keyword.Value, node, path),
        "items" => node is YamlSequence sequence ? sequence.Items.SelectMany((item, i) => Check(keyword.Value, item, $"{path}[{i}]")) : [],
        "oneOf" => keyword.Value.EnumerateArray().Count(choice => !Check(choice, node, path).Any()) == 1 ? [] : [$"{path}: is not exactly one of the choices"],
        "dependentRequired" => keyword.Value.EnumerateObject().Where(rule => node is YamlMapping mapping && mapping[rule.Name] is not null && mapping[rule.Value[0].GetString()!] is null).Select(rule => $"{path}: {rule.Name} needs {rule.Value[0]}"),
        _ => Annotations.Contains(keyword.Name) ? [] : [$"{path}: the keyword {keyword.Name} is not known here"],
    });

    private IEnumerable<string> Additional(JsonElement schema, JsonElement rest, YamlNode node, string path)
    {
        if (node is not YamlMapping mapping) return [];
        IEnumerable<YamlEntry> others = mapping.Entries.Where(entry => !schema.TryGetProperty("properties", out JsonElement properties) || !properties.TryGetProperty(entry.Key, out _));
        return rest.ValueKind == JsonValueKind.False
            ? others.Select(entry => $"{path}: has an unknown field {entry.Key}")
            : others.SelectMany(entry => Check(rest, entry.Value, $"{path}.{entry.Key}"));
    }

    private JsonElement Resolve(JsonElement reference) =>
        reference.GetString()!.Split('/').Skip(1).Aggregate(root, static (element, name) => element.GetProperty(name));

    private static IEnumerable<string> Types(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(static one => one.GetString()!) : [type.GetString()!];

    private static bool IsOf(YamlNode node, string type) => node.TypeName == type;

    private static string? TextOf(YamlNode node) => node is YamlScalar { Type: YamlScalarType.String } scalar ? scalar.Text : null;

    private static decimal? NumberOf(YamlNode node) =>
        node is YamlScalar { Type: YamlScalarType.Integer } scalar ? decimal.Parse(scalar.Text, CultureInfo.InvariantCulture) : null;
}
