using System.Threading.Channels;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Ingest;

/// <summary>What an ingest asks of the source of its records; a seam for tests. Every member may be called from any thread and never waits.</summary>
internal interface IRecordSource
{
    /// <summary>Chunks and gaps, in order; completes with the source.</summary>
    ChannelReader<SourceEvent> Events { get; }

    /// <summary>Ends when the source has ended; fails with the reason.</summary>
    Task Completion { get; }

    /// <summary>The partitions that are held, and where they end.</summary>
    IReadOnlyList<PartitionPosition> Positions => [];

    /// <summary>Whether the work belongs to the present reading of its partition; saves work, decides nothing.</summary>
    bool Admits(PartitionId partition, AssignmentEpoch assignment);

    /// <summary>The trainer refused work of a reading: read again from <paramref name="next"/>.</summary>
    void Rewind(PartitionId partition, long next, long lineageEpoch, AssignmentEpoch causedBy);

    /// <summary>Follows a new trainer.</summary>
    void Adopt(OffsetTable table);

    /// <summary>The trainer has come so far; advisory.</summary>
    void Commit(OffsetTable table);

    /// <summary>Ends the source.</summary>
    Task StopAsync();
}
