namespace NodePortSim.Manifests.Yaml;

/// <summary>Where a document came from: its text, from which its nodes are composed again when someone asks for a place.</summary>
/// <remarks>
/// Places are asked for when there is a problem, which is seldom; keeping the nodes of large manifests alive triples the time of reading
/// them and takes some fifteen times the text's memory.
/// </remarks>
internal sealed class YamlOrigin(YamlText.Part part, int index)
{
    private readonly WeakReference<YamlNode?> _root = new(null);

    /// <summary>The document's root node.</summary>
    public YamlNode Root()
    {
        if (_root.TryGetTarget(out YamlNode? root)) return root;
        var composer = new YamlComposer(part, new DiagnosticList(""));
        for (int i = 0; i <= index; i++) root = composer.NextDocument()!.Root;
        _root.SetTarget(root);
        return root!;
    }
}
