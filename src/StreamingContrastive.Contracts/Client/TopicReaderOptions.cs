namespace StreamingContrastive.Contracts.Client;

/// <summary>Where reading begins.</summary>
public enum ReadFrom
{
    /// <summary>At the oldest message.</summary>
    Earliest,

    /// <summary>Behind the newest message at the time of the start.</summary>
    Latest,
}

/// <summary>What a <see cref="TopicReader"/> reads.</summary>
public sealed record TopicReaderOptions
{
    /// <summary>The topic; all of its partitions are read.</summary>
    public required string Topic { get; init; }

    /// <summary>
    /// librdkafka's own consumer settings; <c>bootstrap.servers</c> is required. <c>enable.auto.commit</c>,
    /// <c>enable.auto.offset.store</c> and <c>enable.partition.eof</c> are the reader's: it assigns partitions itself, joins no
    /// group and commits nothing.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Consumer { get; init; }

    /// <summary>Where reading begins. Default Earliest.</summary>
    public ReadFrom From { get; init; } = ReadFrom.Earliest;

    /// <summary>With <see cref="ReadFrom.Earliest"/>: at most so many offsets of each partition, counted from its end. Default: all.</summary>
    public long? LastOffsets { get; init; }

    /// <summary>
    /// False (default): reading ends at what was the end of each partition when it began. True: it goes on until it is
    /// cancelled.
    /// </summary>
    public bool Follow { get; init; }

    /// <summary>How long the start waits for a broker. Default 30 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Takes librdkafka's log lines. Default: none are kept; failures are thrown either way.</summary>
    public Action<string>? Log { get; init; }
}
