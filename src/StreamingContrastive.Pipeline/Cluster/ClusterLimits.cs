namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>What fits through the network between nodes.</summary>
public static class ClusterLimits
{
    /// <summary>
    /// Most bytes of the rows of one record (query, key and clean): one that is longer than a chunk's 1 MiB has a message of its own, and
    /// heartbeats wait behind it.
    /// </summary>
    public const int MaxRecordBytes = 2 * 1024 * 1024;

    /// <summary>Most bytes of a message that are no rows: keys, traces, what is said about them.</summary>
    public const int MaxBytesBesideRows = 2 * 1024 * 1024;
}
