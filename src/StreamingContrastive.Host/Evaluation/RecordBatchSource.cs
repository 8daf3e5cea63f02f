using System.Collections.Concurrent;
using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Monitoring;

namespace StreamingContrastive.Host.Evaluation;

/// <summary>Batches of rows of records in memory, made as the pipeline makes them, on all cores. One batch is filled again and again.</summary>
internal sealed class RecordBatchSource
{
    private readonly IReadOnlyList<StoredRecord> _records;
    private readonly IPictureOrder _order;
    private readonly ulong _seed;
    private readonly ulong _topicHash;
    private readonly TrainingBatch _batch;
    private readonly Drawn[] _drawn;
    private readonly Func<IRowConstructor> _create;
    private readonly ConcurrentBag<IRowConstructor> _idle = [];
    private long _next;

    /// <param name="options">Parts, views, batch size, topic (which views depend on).</param>
    /// <param name="records">The records.</param>
    /// <param name="order">Their order.</param>
    /// <param name="seed">Seed of the views.</param>
    public RecordBatchSource(PipelineOptions options, IReadOnlyList<StoredRecord> records, IPictureOrder order, ulong seed)
    {
        (_records, _order, _seed) = (records, order, seed);
        _topicHash = RecordIdentity.TopicHash(options.Input.Topic);
        _batch = new TrainingBatch(options.Training.BatchSize, options.Input.Layout.Sizes) { Count = options.Training.BatchSize };
        _drawn = new Drawn[_batch.Count];
        _create = () => RowConstructors.Of(options.Input, options.Augmentation);
    }

    /// <summary>The next batch, valid until the next call.</summary>
    public TrainingBatch Next()
    {
        for (var row = 0; row < _drawn.Length; row++)
        {
            _drawn[row] = _order.At(_next++);
        }

        Parallel.For(0, _drawn.Length, () => _idle.TryTake(out var one) ? one : _create(), (row, _, constructor) => Fill(row, constructor), _idle.Add);
        return _batch;
    }

    /// <summary>Clean rows of all records, in their order.</summary>
    public static HeldOutRows Clean(PipelineOptions options, IReadOnlyList<StoredRecord> records)
    {
        var (constructor, sizes) = (RowConstructors.Of(options.Input, options.Augmentation), options.Input.Layout.Sizes);
        var (query, key, clean) = (new byte[sizes.Query], new byte[sizes.Key], new byte[checked(records.Count * sizes.Clean)]);
        for (var i = 0; i < records.Count; i++)
        {
            Construct(constructor, records[i], new RecordPlace(0, 0, 0, i, 0), query, key, clean.AsSpan(i * sizes.Clean, sizes.Clean));
        }

        return new HeldOutRows(options.Input.Layout, clean, records.Count, 0);
    }

    private IRowConstructor Fill(int row, IRowConstructor constructor)
    {
        var (drawn, sizes) = (_drawn[row], _batch.RowBytes);
        var record = _records[drawn.Picture];
        Construct(
            constructor, record, new RecordPlace(_seed, _topicHash, Partition: 0, drawn.Offset, drawn.Pass),
            _batch.Query.AsSpan(row * sizes.Query, sizes.Query), _batch.Key.AsSpan(row * sizes.Key, sizes.Key), _batch.Clean.AsSpan(row * sizes.Clean, sizes.Clean));
        _batch.RecordIds[row] = record.Id;
        _batch.InputHashes[row] = RecordIdentity.InputHash(record.Value);
        _batch.Labels[row] = record.Label;
        _batch.EventTimesUnixMs[row] = -1;
        return constructor;
    }

    private static void Construct(IRowConstructor constructor, StoredRecord record, in RecordPlace place, Span<byte> query, Span<byte> key, Span<byte> clean)
    {
        if (!constructor.TryConstruct(record.Value, place, query, key, clean, out _, out var rejection))
        {
            throw new InvalidOperationException($"Record {record.Id} was refused: {rejection!.Message}");
        }
    }
}
