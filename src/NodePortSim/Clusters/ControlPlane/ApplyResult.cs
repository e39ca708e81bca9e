using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Validation;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>What came of a verb: the cluster's new state, or why nothing was done.</summary>
/// <param name="State">The cluster after the verb; where there are errors, the state before it.</param>
/// <param name="Change">What the verb changed; nothing where there are errors.</param>
/// <param name="Errors">All problems, in the order of the objects; empty where the verb was done.</param>
/// <param name="Warnings">What the real system accepts but what is hardly meant, one sentence each.</param>
public sealed record ApplyResult(ClusterState State, ClusterChange Change, EquatableArray<ApplyError> Errors, EquatableArray<string> Warnings)
{
    /// <summary>Whether the verb was done.</summary>
    public bool Succeeded => Errors.IsEmpty;
}

/// <summary>A problem that made a verb fail.</summary>
/// <param name="ObjectIndex">Which of the verb's objects has it, counted from 0; -1 where the verb has no objects.</param>
/// <param name="Kind">The object's kind.</param>
/// <param name="Key">The object's namespace and name.</param>
/// <param name="Field">The problem of a field; null where the object as a whole is at fault, such as not found.</param>
/// <param name="Message">The problem in kubectl's words: <c>services "web" not found</c>, or <see cref="Field"/>'s text.</param>
public sealed record ApplyError(int ObjectIndex, string Kind, ObjectKey Key, FieldError? Field, string Message)
{
    /// <summary>The problem as kubectl prints it: <c>The Service "web" is invalid: spec.ports: Required value</c>.</summary>
    public override string ToString() => Field is null ? Message : $"The {Kind} \"{Key.Name}\" is invalid: {Message}";

    internal static ApplyError Of(int index, KubernetesObject value, FieldError error) =>
        new(index, value.Kind, new ObjectKey(value.Namespace, value.Name), error, error.ToString());
}
