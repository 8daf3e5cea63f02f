using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Monitoring;

/// <summary>
/// Keeps a sample of the stream's records and embeds it with a model version soon after that version began to embed, so that people see
/// how the same records move. Runs on the trainer's thread, a few rows after a step: another thread would only compete for the cores.
/// A version that comes too soon is left out: at most one row is embedded for <see cref="TrainedPerEmbedded"/> trained ones.
/// Of a record of several parts each part is a point of the sample: they live in one space, and people see which find each other.
/// </summary>
/// <param name="capacity">Records of the sample, at least 2.</param>
/// <param name="parts">The parts of a row.</param>
/// <param name="kind">The kind of embedding that is published.</param>
/// <param name="board">Where versions are left.</param>
internal sealed class EmbeddingSampler(int capacity, IReadOnlyList<WatchedPart> parts, EmbeddingKindOf kind, SampleBoard board)
{
    // The forward pass of a frozen encoder is about an eighth of a step, so this bounds the sample's cost to some 1.5 % of training.
    internal const int TrainedPerEmbedded = 8;

    // A record stays for at least so many versions, so that neighbours of five versions ago can be told for most of the sample.
    private const int VersionsToRenew = 24;

    private const int RowsAtOnce = 32;

    // A stream of few records is shown as soon as there is anything to see.
    private const int LongestFillSteps = 100;

    private readonly List<SampledRecord[]> _records = new(capacity);
    private readonly List<long> _recordIds = new(capacity);
    private readonly HashSet<long> _present = [];
    private readonly int _renewals = Math.Max(1, capacity / VersionsToRenew);
    private Pass? _pass;
    private long _embedded = -1;
    private long _trainedSincePass;
    private int _steps;
    private int _oldest;
    private int _toRenew;
    private int _rowsAtOnce = RowsAtOnce;

    private sealed record Pass(long Version, SampledRecord[] Records, float[] Vectors)
    {
        public int Done { get; set; }

        /// <summary>Rows from <see cref="Done"/> to <paramref name="end"/> at most that are of the same part.</summary>
        public int Alike(int end)
        {
            var next = Done + 1;
            while (next < end && Records[next].Part == Records[Done].Part)
            {
                next++;
            }

            return next - Done;
        }
    }

    /// <summary>Records in the sample.</summary>
    public int Count => _records.Count;

    private int Points => parts.Count == 1 ? _records.Count : _records.Sum(r => r.Length);

    /// <summary>Takes records of a batch that was trained: all unseen ones while there is room, later one now and then in place of the oldest.</summary>
    public void Observe(TrainingBatch batch, BatchPositions positions)
    {
        _steps++;
        _trainedSincePass += batch.Count;
        for (var row = 0; row < batch.Count && _records.Count < capacity; row++)
        {
            Admit(batch, positions, row);
        }

        // One of a batch: the renewed part spreads over the stream instead of being one chunk of one partition.
        if (_toRenew > 0 && Admit(batch, positions, _steps % batch.Count))
        {
            _toRenew--;
        }
    }

    /// <summary>Embeds some more rows, when a version is due; leaves the version on the board with its last row.</summary>
    public void Advance(ContrastiveTrainer trainer, long version)
    {
        if (_pass is { } begun && begun.Version != version)
        {
            (_pass, _rowsAtOnce) = (null, capacity * parts.Count); // Versions change faster than a pass takes: the next one is made in one go.
        }

        _pass ??= IsDue(version) ? Begin(trainer, version) : null;
        if (_pass is { } pass)
        {
            Embed(trainer, pass);
        }
    }

    private bool IsDue(long version) =>
        version > 0 && version != _embedded && Points >= 2
        && (_embedded < 0 ? _records.Count == capacity || _steps >= LongestFillSteps : _trainedSincePass >= (long)TrainedPerEmbedded * Points);

    private Pass Begin(ContrastiveTrainer trainer, long version)
    {
        _trainedSincePass = 0;
        // Part by part, each in the order of the records: a network embeds rows of its own kind only.
        SampledRecord[] points = [.. _records.SelectMany(r => r).OrderBy(p => p.Part)];
        return new Pass(version, points, new float[points.Length * trainer.EmbeddingDimension]);
    }

    private void Embed(ContrastiveTrainer trainer, Pass pass)
    {
        var end = Math.Min(pass.Records.Length, pass.Done + _rowsAtOnce);
        while (pass.Done < end)
        {
            EmbedAlike(trainer, pass, pass.Alike(end));
        }

        if (pass.Done == pass.Records.Length)
        {
            if (Array.TrueForAll(pass.Vectors, float.IsFinite)) // A broken version has no map; the guards speak of it.
            {
                board.Add(new SampledVersion(pass.Version, trainer.CompletedSteps, [.. pass.Records], pass.Vectors, trainer.EmbeddingDimension));
            }

            (_pass, _embedded, _toRenew) = (null, pass.Version, _records.Count == capacity ? _renewals : 0);
        }
    }

    private void EmbedAlike(ContrastiveTrainer trainer, Pass pass, int count)
    {
        var part = parts[pass.Records[pass.Done].Part];
        var rows = new byte[count * part.Bytes];
        for (var row = 0; row < count; row++)
        {
            pass.Records[pass.Done + row].Row.Span.CopyTo(rows.AsSpan(row * part.Bytes));
        }

        trainer.Embed(part.Index, rows, count, Snapshot.Published, kind, pass.Vectors.AsSpan(pass.Done * trainer.EmbeddingDimension));
        pass.Done += count;
    }

    private bool Admit(TrainingBatch batch, BatchPositions positions, int row)
    {
        var id = batch.RecordIds[row];
        if (!_present.Add(id))
        {
            return false;
        }

        var record = PointsOf(batch, positions, row);
        if (_records.Count < capacity)
        {
            _records.Add(record);
            _recordIds.Add(id);
            return true;
        }

        _present.Remove(_recordIds[_oldest]);
        (_records[_oldest], _recordIds[_oldest]) = (record, id);
        _oldest = (_oldest + 1) % capacity;
        return true;
    }

    private SampledRecord[] PointsOf(TrainingBatch batch, BatchPositions positions, int row)
    {
        var meta = positions.Rows[row];
        var position = $"{positions.PartitionOf(row)} offset {meta.Offset}";
        var points = new List<SampledRecord>(parts.Count);
        foreach (var part in parts)
        {
            if (part.TryRead(batch, row, out var view))
            {
                points.Add(new SampledRecord(board.NextId(), view.ToArray(), meta.Label, meta.Key, position) { Part = part.Index, Text = meta.Excerpts?[part.Index] });
            }
        }

        return [.. points];
    }
}
