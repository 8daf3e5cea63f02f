namespace StreamingContrastive.Pipeline.Cluster.Security;

/// <summary>A node may not open its port as it is configured. The message says what is wrong, where, and what to do.</summary>
#pragma warning disable CA1032 // Nobody throws it without words.
public sealed class ClusterSecurityException(string message, Exception? inner = null) : Exception(message, inner);
#pragma warning restore CA1032
