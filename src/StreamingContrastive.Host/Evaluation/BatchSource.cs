using System.Collections.Concurrent;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Host.Evaluation;

/// <summary>Batches of views of pictures in memory, made as the pipeline makes them, on all cores. One batch is filled again and again.</summary>
internal sealed class BatchSource
{
    private readonly LabelledPictures _pictures;
    private readonly IPictureOrder _order;
    private readonly HashSet<int>? _labelled;
    private readonly ulong _seed;
    private readonly ulong _topicHash;
    private readonly TrainingBatch _batch;
    private readonly Drawn[] _drawn;
    private readonly Func<PairConstructor> _create;
    private readonly ConcurrentBag<PairConstructor> _idle = [];
    private long _next;

    /// <param name="options">Views, batch size, topic (which views depend on).</param>
    /// <param name="pictures">The pictures.</param>
    /// <param name="order">Their order.</param>
    /// <param name="labelled">Pictures whose labels the batches carry; null for all.</param>
    /// <param name="seed">Seed of the views.</param>
    public BatchSource(PipelineOptions options, LabelledPictures pictures, IPictureOrder order, IEnumerable<int>? labelled, ulong seed)
    {
        (_pictures, _order, _seed) = (pictures, order, seed);
        _labelled = labelled?.ToHashSet();
        _topicHash = RecordIdentity.TopicHash(options.Input.Topic);
        _batch = new TrainingBatch(options.Training.BatchSize, pictures.Shape.ByteCount) { Count = options.Training.BatchSize };
        _drawn = new Drawn[_batch.Count];
        var payload = options.Input.Payload with { Format = PayloadFormat.Raw };
        _create = () => new PairConstructor(payload, options.Augmentation);
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

    private PairConstructor Fill(int row, PairConstructor constructor)
    {
        var drawn = _drawn[row];
        var value = _pictures.Picture(drawn.Picture).Span;
        var (at, bytes) = (row * _batch.RowBytes.Query, _batch.RowBytes.Query);
        if (!constructor.TryConstruct(value, _seed, _topicHash, partition: 0, drawn.Offset, drawn.Pass,
            _batch.Query.AsSpan(at, bytes), _batch.Key.AsSpan(at, bytes), _batch.Clean.AsSpan(at, bytes), out var rejection))
        {
            throw new InvalidOperationException($"Picture {drawn.Picture} of {_pictures.Name} was refused: {rejection!.Message}");
        }

        _batch.RecordIds[row] = drawn.Picture;
        _batch.InputHashes[row] = RecordIdentity.InputHash(value);
        _batch.Labels[row] = _labelled?.Contains(drawn.Picture) == false ? -1 : _pictures.Labels[drawn.Picture];
        _batch.EventTimesUnixMs[row] = -1;
        return constructor;
    }
}
