using NodePortSim.Collections;
using NodePortSim.Kubernetes.Configuration;

namespace NodePortSim.Kubernetes.Validation;

/// <summary>Validates objects as the API server does before it stores them.</summary>
/// <remarks>
/// Pure and thread-safe. What depends on other objects (allocated addresses and ports, references) is the control plane's to check.
/// Fields that the manifest's reader has already turned into enums cannot hold unsupported values here.
/// </remarks>
public static class ObjectValidation
{
    /// <summary>All problems of an object that has been defaulted (<see cref="Defaults.ObjectDefaults"/>); none where it is valid.</summary>
    /// <param name="value">The object.</param>
    public static EquatableArray<FieldError> Validate(KubernetesObject value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var errors = new List<FieldError>();
        switch (value)
        {
            case Service service: ServiceValidation.Validate(service, errors); break;
            case EndpointSlice slice: EndpointSliceValidation.Validate(slice, errors); break;
            case Endpoints endpoints: EndpointsValidation.Validate(endpoints, errors); break;
            case Node node: NodeValidation.Validate(node, errors); break;
            case Pod pod: PodValidation.Validate(pod, errors); break;
            case Deployment deployment: DeploymentValidation.Validate(deployment, errors); break;
            case KubeProxyConfiguration configuration: KubeProxyConfigurationValidation.Validate(configuration, errors); break;
            case NetworkConfiguration network: NetworkValidation.Validate(network, errors); break;
            case ExternalClient client: NetworkValidation.Validate(client, errors); break;
            case KindCluster cluster: KindClusterValidation.Validate(cluster, errors); break;
        }

        return errors.ToEquatableArray();
    }

    /// <summary>All problems of replacing a stored object by another one of its kind and name: what may not change once it is set.</summary>
    /// <param name="before">The stored object.</param>
    /// <param name="after">The object that replaces it, defaulted.</param>
    public static EquatableArray<FieldError> ValidateUpdate(KubernetesObject before, KubernetesObject after)
    {
        var errors = new List<FieldError>();
        switch (before, after)
        {
            case (Service old, Service changed): ServiceUpdateValidation.Validate(old, changed, errors); break;
            case (EndpointSlice old, EndpointSlice changed) when old.AddressType != changed.AddressType && changed.AddressType is { } type:
                errors.Add(FieldError.Invalid(new FieldPath("addressType"), type.ToString(), "field is immutable"));
                break;
            case (Node old, Node changed): NodeValidation.ValidateUpdate(old, changed, errors); break;
            case (Deployment old, Deployment changed): DeploymentValidation.ValidateUpdate(old, changed, errors); break;
        }

        return errors.ToEquatableArray();
    }
}
