using NodePortSim.Kubernetes;

namespace NodePortSim.Manifests;

/// <summary>An object of a manifest, and where each of its fields was written. Immutable; thread-safe.</summary>
/// <param name="Object">The object as written: no default is filled in, nothing but the fields' types is checked.</param>
/// <param name="Source">The places of its fields.</param>
public sealed record ManifestObject(KubernetesObject Object, SourceMap Source);
