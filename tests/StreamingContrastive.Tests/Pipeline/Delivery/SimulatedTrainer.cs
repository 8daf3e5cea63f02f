using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Delivery;

/// <summary>What moves together in a checkpoint: offsets, and everything that was done up to them.</summary>
internal sealed record SimulatedCheckpoint(
    IReadOnlyDictionary<PartitionId, long> Next, IReadOnlyList<(PartitionId Partition, long Offset)> Trained,
    IReadOnlyList<(PartitionId Partition, long Offset)> Tombstones, IReadOnlyList<(PartitionId Partition, long From, long To)> Skipped,
    DeliveryCounters Counters)
{
    public static readonly SimulatedCheckpoint Nothing = new(new Dictionary<PartitionId, long>(), [], [], [], default);
}

/// <summary>Ledger and assembler wired as the trainer wires them, with an audit that is checked at every batch border.</summary>
internal sealed class SimulatedTrainer(long epoch, SimulatedCheckpoint from, SimulatedLog log, int batchSize)
{
    private readonly BatchAssembler _assembler = new(batchSize, ChunkFactory.RowBytes);
    private readonly TrainingBatch _batch = new(batchSize, ChunkFactory.RowBytes);
    private readonly BatchPositions _positions = new(batchSize);
    private readonly List<(PartitionId Partition, long Offset)> _trained = [.. from.Trained];
    private readonly List<(PartitionId Partition, long Offset)> _tombstones = [.. from.Tombstones];
    private readonly List<(PartitionId Partition, long From, long To)> _skipped = [.. from.Skipped];
    private DeliveryCounters _counters = from.Counters;

    public OffsetLedger Ledger { get; } = new(epoch, from.Next);

    public bool Stopped { get; private set; }

    public IReadOnlyList<(PartitionId Partition, long Offset)> Trained => _trained;

    public OfferVerdict.Rewind? On(SourceMessage message)
    {
        var header = message.Header;
        switch (message.IsGap ? Ledger.OfferGap(header) : Ledger.Offer(header))
        {
            case OfferVerdict.Accepted when message.IsGap:
                _assembler.AcceptGap(header.Partition, header.From, header.To);
                _skipped.Add((header.Partition, header.From, header.To));
                break;
            case OfferVerdict.Accepted:
                _assembler.Accept(log.Read(header));
                break;
            case OfferVerdict.Rewind rewind:
                return rewind;
            case OfferVerdict.UnknownPartition unknown:
                Ledger.Register(unknown.Partition, 0);
                break;
            case OfferVerdict.Superseded:
                Stopped = true;
                break;
        }

        return null;
    }

    public bool Step() => _assembler.TryTake(_batch, _positions) && Passed();

    public bool StepRemainder() => _assembler.TakeRemainder(_batch, _positions) && Passed();

    public bool PassEmpty() => _assembler.TryPassEmpty(_positions) && Passed();

    public TableMessage Table() => new(Ledger.LineageEpoch, Ledger.AdmittedTable());

    public SimulatedCheckpoint Checkpoint() => new(Ledger.TrainedTable(), [.. _trained], [.. _tombstones], [.. Passed(Ledger.TrainedTable())], _counters);

    /// <summary>At any batch border: exactly the records below the watermarks are accounted for, each once and in offset order.</summary>
    public void ShouldBeConsistent()
    {
        var (trained, dead, tombstones) = (0, 0, 0);
        var table = Ledger.TrainedTable();
        var skipped = Passed(table).ToList();
        foreach (var (partition, watermark) in table)
        {
            long[] Kept(RecordKind kind) => [.. log.Offsets(partition, 0, watermark, kind).Where(o => !skipped.Any(s => s.Partition == partition && s.From <= o && o < s.To))];
            var (pairs, deleted) = (Kept(RecordKind.Pair), Kept(RecordKind.Tombstone));
            _trained.Where(t => t.Partition == partition).Select(t => t.Offset).ShouldBe(pairs);
            _tombstones.Where(t => t.Partition == partition).Select(t => t.Offset).ShouldBe(deleted);
            trained += pairs.Length;
            tombstones += deleted.Length;
            dead += Kept(RecordKind.DeadLetter).Length;
        }

        _counters.ShouldBe(new(trained, dead, tombstones, skipped.Sum(s => s.To - s.From)));
        _counters.Consumed.ShouldBe(trained + dead + tombstones);
    }

    private IEnumerable<(PartitionId Partition, long From, long To)> Passed(IReadOnlyDictionary<PartitionId, long> trained) =>
        _skipped.Where(s => s.To <= trained[s.Partition]);

    private bool Passed()
    {
        for (var row = 0; row < _positions.Count; row++)
        {
            _batch.ShouldHoldRow(row, _positions.PartitionOf(row), _positions.Rows[row].Offset);
            _trained.Add((_positions.PartitionOf(row), _positions.Rows[row].Offset));
        }

        foreach (var passed in _positions.Tombstones)
        {
            _tombstones.Add((_positions.Partitions[passed.PartitionIndex].Partition, passed.Tombstone.Offset));
        }

        Ledger.MarkTrained(_positions);
        _counters += _positions.Counts;
        return true;
    }
}
