using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Delivery;

/// <summary>
/// Where the rows of a batch come from and how far it moves the watermarks. Filled by the <see cref="BatchAssembler"/>, reused
/// from batch to batch, valid until the next take.
/// </summary>
internal sealed class BatchPositions(int capacity)
{
    private readonly PairMeta[] _rows = new PairMeta[capacity];
    private readonly int[] _partitionOfRow = new int[capacity];
    private readonly List<PassedPartition> _partitions = [];
    private readonly List<PassedTombstone> _tombstones = [];

    /// <summary>Most rows.</summary>
    public int Capacity => _rows.Length;

    /// <summary>Rows of the batch; 0 when only watermarks moved.</summary>
    public int Count { get; private set; }

    /// <summary>What each row remembers of its record.</summary>
    public ReadOnlySpan<PairMeta> Rows => _rows.AsSpan(0, Count);

    /// <summary>For each row the index of its partition in <see cref="Partitions"/>.</summary>
    public ReadOnlySpan<int> PartitionOfRow => _partitionOfRow.AsSpan(0, Count);

    /// <summary>The partitions with a row in the batch or a watermark that moved.</summary>
    public IReadOnlyList<PassedPartition> Partitions => _partitions;

    /// <summary>Tombstones that the watermarks passed, ordered by the row that they precede.</summary>
    public IReadOnlyList<PassedTombstone> Tombstones => _tombstones;

    /// <summary>Sum of the partitions' counts.</summary>
    public DeliveryCounters Counts { get; private set; }

    /// <summary>Partition of a row.</summary>
    public PartitionId PartitionOf(int row) => _partitions[PartitionOfRow[row]].Partition;

    internal void Clear()
    {
        (Count, Counts) = (0, default);
        _partitions.Clear();
        _tombstones.Clear();
    }

    internal int AddPartition(PartitionId partition, long watermark)
    {
        _partitions.Add(new(partition, watermark, watermark, default));
        return _partitions.Count - 1;
    }

    internal void AddRow(in PairMeta row, int partitionIndex)
    {
        (_rows[Count], _partitionOfRow[Count]) = (row, partitionIndex);
        Count++;
    }

    /// <summary>What is written of a row's record continues this trace.</summary>
    internal void Retrace(int row, in RecordTrace trace) => _rows[row] = _rows[row] with { Trace = trace };

    internal void AddTombstone(PassedTombstone tombstone) => _tombstones.Add(tombstone);

    internal void Pass(int partitionIndex, long watermark, DeliveryCounters counts)
    {
        var before = _partitions[partitionIndex];
        _partitions[partitionIndex] = before with { To = watermark, Counts = before.Counts + counts };
        Counts += counts;
    }

    internal void Sort() => _tombstones.Sort(static (a, b) =>
        (a.BeforeRow, a.PartitionIndex, a.Tombstone.Offset).CompareTo((b.BeforeRow, b.PartitionIndex, b.Tombstone.Offset)));
}
