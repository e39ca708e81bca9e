using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Collections;

namespace NodePortSim.Clusters;

/// <summary>A change of a cluster was refused; nothing has changed. The message lists every error, one a line.</summary>
public sealed class ClusterException : Exception
{
    /// <summary>Makes an exception of errors.</summary>
    /// <param name="errors">The errors.</param>
    public ClusterException(EquatableArray<ApplyError> errors)
        : base(string.Join(Environment.NewLine, errors.Select(static error => error.ToString()))) => Errors = errors;

    /// <summary>Makes an exception of a message.</summary>
    /// <param name="message">The message.</param>
    public ClusterException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception of a message and its cause.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The cause.</param>
    public ClusterException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes an exception without a message.</summary>
    public ClusterException()
    {
    }

    /// <summary>Why the change was refused.</summary>
    public EquatableArray<ApplyError> Errors { get; }
}
