using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Manifests.Binding;
using NodePortSim.Manifests.Kinds;
using NodePortSim.Manifests.Yaml;

namespace NodePortSim.Manifests;

/// <summary>Makes objects of one file's documents: finds each one's kind, flattens lists, binds.</summary>
internal sealed class ObjectReader(DiagnosticList diagnostics, List<ManifestObject> objects, List<ManifestObject> incomplete)
{
    /// <summary>Reads a document.</summary>
    public void Read(YamlDocument document) => Read(document, document.Root, [], null, null);

    private void Read(YamlDocument document, YamlNode root, EquatableArray<int> items, string? inheritedVersion, string? inheritedKind)
    {
        var context = new BindingContext(diagnostics);
        int errors = diagnostics.ErrorCount;
        if (root is not YamlMapping mapping)
        {
            context.WrongType(root.Position, FieldPath.Root, root, "object");
            return;
        }

        MappingBinder binder = MappingBinder.ForRoot(mapping, context);
        string? apiVersion = TypeMeta(binder, "apiVersion") ?? inheritedVersion;
        string? kind = TypeMeta(binder, "kind") ?? inheritedKind;
        if (diagnostics.ErrorCount > errors) return;
        if (kind is null) diagnostics.Error(mapping.Position, null, "Object 'Kind' is missing");
        if (apiVersion is null) diagnostics.Error(mapping.Position, null, "apiVersion not set");
        if (apiVersion is null || kind is null) return;

        bool isList = apiVersion == "v1" && kind == "List";
        if (isList || KindTable.ItemKindOf(apiVersion, kind) is not null)
        {
            ReadItems(document, mapping, items, isList ? null : apiVersion, isList ? null : KindTable.ItemKindOf(apiVersion, kind));
            return;
        }

        YamlPosition kindPosition = mapping.IndexOf("kind") is var index and >= 0 ? mapping.Entries[index].Position : mapping.Position;
        if (KindTable.TryGetBinder(apiVersion, kind, out Func<MappingBinder, KubernetesObject>? bind))
        {
            KubernetesObject bound = bind(binder);
            binder.WarnUnknown();
            var source = new SourceMap(diagnostics.File, document.Origin, items, mapping.Position);
            (document.HasErrors || diagnostics.ErrorCount > errors ? incomplete : objects).Add(new ManifestObject(bound, source));
        }
        else if (KindTable.IsNotModelled(apiVersion, kind))
        {
            diagnostics.Warning(kindPosition, null, $"kind \"{kind}\" in version \"{apiVersion}\" is not modelled, and ignored");
        }
        else if (!KindTable.IsScenario(apiVersion, kind))
        {
            diagnostics.Error(kindPosition, null, $"no matches for kind \"{kind}\" in version \"{apiVersion}\"");
        }
    }

    // "" counts as missing, as in the API.
    private static string? TypeMeta(MappingBinder binder, string field) => binder.String(field) is { Length: > 0 } text ? text : null;

    private void ReadItems(YamlDocument document, YamlMapping list, EquatableArray<int> route, string? apiVersion, string? kind)
    {
        if (list["items"] is not { IsNull: false } node) return;
        if (node is not YamlSequence items)
        {
            new BindingContext(diagnostics).WrongType(node.Position, FieldPath.Root.Child("items"), node, "array");
            return;
        }

        for (int i = 0; i < items.Items.Count; i++) Read(document, items.Items[i], [.. route, i], apiVersion, kind);
    }
}
