namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>A node cannot be, or stay, part of its cluster. The message says what to do.</summary>
public sealed class ClusterException : Exception
{
    /// <summary>With a message.</summary>
    public ClusterException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public ClusterException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
