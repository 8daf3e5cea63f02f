using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>What a source reads and how it holds back.</summary>
/// <param name="Topics">Topics to subscribe to; at least one.</param>
internal sealed record RecordSourceSettings(IReadOnlyList<string> Topics)
{
    /// <summary>Offsets that the topic no longer holds. Default Fail.</summary>
    public GapPolicy OnGap { get; init; } = GapPolicy.Fail;

    /// <summary>Where a partition begins that the offset table does not know. Default Earliest.</summary>
    public StartPosition Start { get; init; } = StartPosition.Earliest;

    /// <summary>
    /// Records of a chunk, 1 to <see cref="RecordChunk.MaxRecords"/>; fewer where the views of that many are too much for one message between
    /// nodes. Default <see cref="RecordChunk.MaxRecords"/>.
    /// </summary>
    public int ChunkRecords { get; init; } = RecordChunk.MaxRecords;

    /// <summary>Events between the source and its reader; each at most 1 MiB. Default 16.</summary>
    public int ChannelCapacity { get; init; } = 16;

    /// <summary>
    /// How long the channel may stay full before the partitions are paused. Pausing throws the client's prefetched records away, so a
    /// reader that is merely slower than Kafka should never cause it. Default 500 ms; far below max.poll.interval.ms.
    /// </summary>
    public TimeSpan PauseAfter { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait for a record, and so for a command. Default 50 ms.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a chunk that is not full waits for the next record. Default 10 ms.</summary>
    public TimeSpan ChunkLinger { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// How often the position of a partition is repeated in which nothing happens; a lost last chunk is noticed after one to two of them.
    /// Default 500 ms.
    /// </summary>
    public TimeSpan BeatInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait for a broker's answer about the ends of a partition, asked for unknown starts and gaps. Default 1 s.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Longest time that a stop waits for the group. Seen with librdkafka 2.16: with the broker away, Close takes session.timeout.ms
    /// (45 s by default). Default 3 s.
    /// </summary>
    public TimeSpan LeaveTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Told of chunks, rebalances and commits; gives chunks their trace. Default: nobody.</summary>
    public PipelineTelemetry? Telemetry { get; init; }
}
