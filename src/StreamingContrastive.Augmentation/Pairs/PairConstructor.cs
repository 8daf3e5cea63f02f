using StreamingContrastive.Augmentation.Decoding;
using StreamingContrastive.Augmentation.Views;

namespace StreamingContrastive.Augmentation.Pairs;

/// <summary>
/// Makes a pair from a record's value: decodes the clean view, then the query view (view 0) and the key view (view 1). A pure function
/// of its arguments and the options. Owns its scratch memory: one per worker, one thread at a time.
/// </summary>
public sealed class PairConstructor : IRowConstructor
{
    private const int QueryView = 0;
    private const int KeyView = 1;

    private readonly PictureDecoder _decoder;
    private readonly ViewGenerator _views;

    /// <summary>A constructor for one topic's payload.</summary>
    /// <param name="payload">Validated payload options.</param>
    /// <param name="augmentation">Validated augmentation options.</param>
    /// <exception cref="InvalidOperationException">The format needs SkiaSharp and its native library does not load.</exception>
    public PairConstructor(PayloadOptions payload, AugmentationOptions augmentation)
    {
        _decoder = new PictureDecoder(payload);
        _views = new ViewGenerator(augmentation, payload.Shape);
    }

    /// <summary>Makes the pair of one record. The spans hold exactly the shape's bytes and do not overlap; undefined after false.</summary>
    /// <param name="value">The record's value.</param>
    /// <param name="seed">The pipeline's seed.</param>
    /// <param name="topicHash">From <see cref="RecordIdentity.TopicHash"/>, computed once per topic.</param>
    /// <param name="partition">The record's partition.</param>
    /// <param name="offset">The record's offset.</param>
    /// <param name="pass">How often the record was drawn before.</param>
    /// <param name="query">Receives the query view.</param>
    /// <param name="key">Receives the key view.</param>
    /// <param name="clean">Receives the clean view.</param>
    /// <param name="rejection">Why there is no pair, or null.</param>
    /// <returns>True when all three views were written.</returns>
    public bool TryConstruct(
        ReadOnlySpan<byte> value,
        ulong seed,
        ulong topicHash,
        int partition,
        long offset,
        int pass,
        Span<byte> query,
        Span<byte> key,
        Span<byte> clean,
        out Rejection? rejection)
    {
        if (!_decoder.TryDecode(value, clean, out rejection))
        {
            return false;
        }

        _views.Generate(clean, query, new ViewIdentity(seed, topicHash, partition, offset, QueryView, pass));
        _views.Generate(clean, key, new ViewIdentity(seed, topicHash, partition, offset, KeyView, pass));
        return true;
    }

    /// <inheritdoc />
    public bool TryConstruct(ReadOnlyMemory<byte> value, in RecordPlace place, Span<byte> query, Span<byte> key, Span<byte> clean, out int label, out Rejection? rejection)
    {
        label = -1;
        return TryConstruct(value.Span, place.Seed, place.TopicHash, place.Partition, place.Offset, place.Pass, query, key, clean, out rejection);
    }
}
