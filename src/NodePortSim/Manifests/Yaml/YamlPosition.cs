namespace NodePortSim.Manifests.Yaml;

/// <summary>A place in a text: line and column from 1; the default value means the text as a whole.</summary>
internal readonly record struct YamlPosition(int Line, int Column);
