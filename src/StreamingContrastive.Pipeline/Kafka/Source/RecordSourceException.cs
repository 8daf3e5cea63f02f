using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>The source cannot go on; the message says why and what to do.</summary>
internal class RecordSourceException : Exception
{
    /// <summary>Ends a source with a reason.</summary>
    public RecordSourceException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>The topic no longer holds the next offset and input:onGap is fail.</summary>
internal sealed class OffsetGapException : RecordSourceException
{
    /// <summary>Describes the gap.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="wanted">The next offset that was never read.</param>
    /// <param name="low">The topic's first offset.</param>
    /// <param name="high">The topic's end.</param>
    public OffsetGapException(PartitionId partition, long wanted, long low, long high)
        : base(
            $"{partition} no longer holds offset {wanted}, which is the next to train on: it holds [{low}, {high}). "
            + (wanted < low
                ? $"{low - wanted} offsets were deleted before they were read (retention is shorter than the pipeline was away). "
                : "The topic is shorter than what was already read (it was deleted and made anew, or lost its tail). ")
            + "Set input:onGap to earliest (go on at the oldest record) or latest (go on at the end) to accept the loss, which is then "
            + "counted; or start with an empty checkpoint:directory.") =>
        (Partition, Wanted, Low, High) = (partition, wanted, low, high);

    /// <summary>The partition.</summary>
    public PartitionId Partition { get; }

    /// <summary>The offset that was wanted.</summary>
    public long Wanted { get; }

    /// <summary>The topic's first offset.</summary>
    public long Low { get; }

    /// <summary>The topic's end.</summary>
    public long High { get; }
}
