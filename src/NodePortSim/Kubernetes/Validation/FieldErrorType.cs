namespace NodePortSim.Kubernetes.Validation;

/// <summary>What is wrong with a field: the API server's error types.</summary>
public enum FieldErrorType
{
    /// <summary>A required value is missing.</summary>
    Required,

    /// <summary>The value has a wrong form or is outside its range.</summary>
    Invalid,

    /// <summary>The value is not one of those supported.</summary>
    NotSupported,

    /// <summary>The value is there more than once where it must be unique.</summary>
    Duplicate,

    /// <summary>The value is well formed but not permitted here.</summary>
    Forbidden,

    /// <summary>What the value names does not exist.</summary>
    NotFound,

    /// <summary>The list has too many items.</summary>
    TooMany,

    /// <summary>The API server could not do its part, for example allocate a health check port.</summary>
    Internal,
}
