using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Contracts.Records;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Ingest;

namespace StreamingContrastive.Host.Evaluation.Texts;

/// <summary>Batches of rows of texts in memory, made as the pipeline makes them of records. One batch is filled again and again; a text's views cost too little to share them out.</summary>
internal sealed class TextBatches
{
    private readonly LabelledTexts _texts;
    private readonly IPictureOrder _order;
    private readonly ulong _seed;
    private readonly ulong _topicHash;
    private readonly string _part;
    private readonly IRowConstructor _constructor;
    private readonly TrainingBatch _batch;
    private long _next;

    /// <param name="options">A pipeline of one text part.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="order">Their order.</param>
    /// <param name="seed">Seed of the views.</param>
    public TextBatches(PipelineOptions options, LabelledTexts texts, IPictureOrder order, ulong seed)
    {
        (_texts, _order, _seed, _part) = (texts, order, seed, options.Input.Parts[0].Name);
        _topicHash = RecordIdentity.TopicHash(options.Input.Topic);
        _constructor = RowConstructors.Of(options.Input with { Format = RecordFormat.Protobuf }, options.Augmentation);
        _batch = new TrainingBatch(options.Training.BatchSize, options.Input.Layout.Sizes) { Count = options.Training.BatchSize };
    }

    /// <summary>The next batch, valid until the next call.</summary>
    /// <param name="labelled">Whether it carries labels.</param>
    public TrainingBatch Next(bool labelled)
    {
        for (var row = 0; row < _batch.Count; row++)
        {
            var (drawn, sizes) = (_order.At(_next++), _batch.RowBytes);
            var value = Construct(
                drawn.Picture, new RecordPlace(_seed, _topicHash, Partition: 0, drawn.Offset, drawn.Pass),
                _batch.Query.AsSpan(row * sizes.Query, sizes.Query), _batch.Key.AsSpan(row * sizes.Key, sizes.Key), _batch.Clean.AsSpan(row * sizes.Clean, sizes.Clean));
            _batch.RecordIds[row] = drawn.Picture;
            _batch.InputHashes[row] = RecordIdentity.InputHash(value);
            _batch.Labels[row] = labelled ? _texts.Labels[drawn.Picture] : -1;
            _batch.EventTimesUnixMs[row] = -1;
        }

        return _batch;
    }

    /// <summary>The part's clean bytes of all texts, one after the other: what an encoder is asked about.</summary>
    public static byte[] Clean(PipelineOptions options, LabelledTexts texts)
    {
        var (all, layout) = (new TextBatches(options, texts, new StreamOrder(texts.Count), seed: 0), options.Input.Layout);
        var (query, key, clean) = (new byte[layout.QueryBytes], new byte[layout.KeyBytes], new byte[layout.CleanBytes]);
        var bytes = layout.Parts[0].Bytes;
        var result = new byte[checked(texts.Count * bytes)];
        for (var i = 0; i < texts.Count; i++)
        {
            all.Construct(i, new RecordPlace(0, 0, 0, i, 0), query, key, clean);
            clean.AsSpan(layout.OffsetOf(0), bytes).CopyTo(result.AsSpan(i * bytes));
        }

        return result;
    }

    private byte[] Construct(int text, in RecordPlace place, Span<byte> query, Span<byte> key, Span<byte> clean)
    {
        var value = RecordCodec.Encode(new MultiPartRecord { Parts = [new NamedPart(_part, "", _texts.Utf8(text))] });
        return _constructor.TryConstruct(value, place, query, key, clean, out _, out var rejection)
            ? value
            : throw new InvalidOperationException($"Text {text} of {_texts.Name} was refused: {rejection!.Message}");
    }
}
