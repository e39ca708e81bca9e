using NodePortSim.Kubernetes;
using NodePortSim.Manifests.Binding;

namespace NodePortSim.Manifests.Kinds;

/// <summary>Binds <c>metadata</c>; its many other fields (uid, managedFields, …) say nothing of the datapath.</summary>
internal static class MetadataBinder
{
    public static ObjectMeta Bind(MappingBinder owner)
    {
        MappingBinder metadata = owner.Mapping("metadata");
        return new ObjectMeta
        {
            Name = metadata.StringOrEmpty("name"),
            Namespace = metadata.StringOrEmpty("namespace"),
            GenerateName = metadata.StringOrEmpty("generateName"),
            Labels = metadata.StringMap("labels"),
            Annotations = metadata.StringMap("annotations"),
            DeletionTimestamp = metadata.String("deletionTimestamp"),
        };
    }
}
