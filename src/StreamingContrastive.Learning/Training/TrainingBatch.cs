using StreamingContrastive.Contracts.Rows;

namespace StreamingContrastive.Learning.Training;

/// <summary>
/// The pairs of one optimizer step, on the host. Filled by the batch assembler, reused from step to step; the trainer only reads it.
/// Rows are bytes of the pipeline's <see cref="RowLayout"/>: of one picture its pixels, uint8, channels last, which the trainer
/// normalises on its device.
/// </summary>
public sealed class TrainingBatch(int capacity, RowSizes rowBytes)
{
    /// <summary>Most pairs.</summary>
    public int Capacity { get; } = capacity;

    /// <summary>Bytes of a row of each kind (height x width x channels with one picture).</summary>
    public RowSizes RowBytes { get; } = rowBytes;

    /// <summary>Pairs that are filled in: B, or fewer at the end of a bounded run.</summary>
    public int Count { get; set; }

    /// <summary>Query views, [Capacity x RowBytes.Query].</summary>
    public byte[] Query { get; } = new byte[capacity * rowBytes.Query];

    /// <summary>Key views, [Capacity x RowBytes.Key].</summary>
    public byte[] Key { get; } = new byte[capacity * rowBytes.Key];

    /// <summary>Unaugmented views, [Capacity x RowBytes.Clean].</summary>
    public byte[] Clean { get; } = new byte[capacity * rowBytes.Clean];

    /// <summary>Record ids (hash of the key), [Capacity].</summary>
    public long[] RecordIds { get; } = new long[capacity];

    /// <summary>Hashes of the inputs, [Capacity].</summary>
    public long[] InputHashes { get; } = new long[capacity];

    /// <summary>Classes, -1 where there is none, [Capacity].</summary>
    public int[] Labels { get; } = new int[capacity];

    /// <summary>Event times in milliseconds since 1970, -1 where there is none, [Capacity].</summary>
    public long[] EventTimesUnixMs { get; } = new long[capacity];
}
