using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Delivery;

/// <summary>An admitted range on its way through the assembler: a chunk, or a gap when there is none.</summary>
internal sealed class PendingRange(PartitionBacklog owner, long from, long to, PairChunk? chunk)
{
    public PartitionBacklog Owner { get; } = owner;

    public long From { get; } = from;

    public long To { get; } = to;

    public PairChunk? Chunk { get; } = chunk;

    /// <summary>First pair that no batch has taken.</summary>
    public int NextRow { get; set; }

    /// <summary>First tombstone that the watermark has not passed.</summary>
    public int NextTombstone { get; set; }

    /// <summary>First dead letter that the watermark has not passed.</summary>
    public int NextDeadLetter { get; set; }

    public int RowsLeft => Chunk is null ? 0 : Chunk.Pairs.Count - NextRow;

    /// <summary>Where the watermark may go: to the first pair that was not taken, else to the end.</summary>
    public long Limit => RowsLeft > 0 ? Chunk!.Pairs[NextRow].Offset : To;
}
