using static StreamingContrastive.Augmentation.Decoding.DecodeErrors;

namespace StreamingContrastive.Augmentation.Decoding;

/// <summary>
/// Turns a record's value into its clean view: uint8, channels last, exactly the pipeline's shape. Pictures of another size are
/// resized (both sides independently, antialiased), colour and grey are converted by Rec.601. What cannot be decoded gives a
/// <see cref="Rejection"/> with stage <c>decode</c>, never an exception. Owns its scratch memory: one per worker, one thread at a time.
/// </summary>
public sealed class PictureDecoder
{
    private readonly PayloadOptions _options;
    private readonly ImageShape _shape;
    private readonly SkiaPictureReader? _pictures;
    private readonly JsonPictureReader? _json;

    /// <summary>A decoder for one topic's payload.</summary>
    /// <param name="options">Validated options.</param>
    /// <exception cref="InvalidOperationException">The format needs SkiaSharp and its native library does not load.</exception>
    public PictureDecoder(PayloadOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _shape) = (options, options.Shape);
        if (options.Format != PayloadFormat.Raw)
        {
            _pictures = new SkiaPictureReader(_shape, options.MaxPixels);
        }

        if (options.Format == PayloadFormat.Json)
        {
            _json = new JsonPictureReader(options.JsonField, _shape, _pictures!);
        }
    }

    /// <summary>Decodes one value.</summary>
    /// <param name="value">The record's value; empty is poison.</param>
    /// <param name="pixels">Receives the clean view, exactly the shape's bytes; undefined after false.</param>
    /// <param name="rejection">Why it cannot be decoded, or null.</param>
    /// <returns>True when <paramref name="pixels"/> holds the clean view.</returns>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> has another length than the shape.</exception>
    public bool TryDecode(ReadOnlySpan<byte> value, Span<byte> pixels, out Rejection? rejection)
    {
        if (pixels.Length != _shape.ByteCount)
        {
            throw new ArgumentException($"A picture of shape {_shape} takes {_shape.ByteCount} bytes, not {pixels.Length}.", nameof(pixels));
        }

        rejection = CheckLength(value.Length);
        if (rejection is not null)
        {
            return false;
        }

        switch (_options.Format)
        {
            case PayloadFormat.Image:
                return _pictures!.TryRead(value, pixels, out rejection);
            case PayloadFormat.Json:
                return _json!.TryRead(value, pixels, out rejection);
            default:
                value.CopyTo(pixels);
                return true;
        }
    }

    private Rejection? CheckLength(int length)
    {
        if (length == 0)
        {
            return Reject(EmptyValue, "The value has 0 bytes. Send a picture, or a null value to delete the key.");
        }

        if (length > _options.MaxValueBytes)
        {
            return Reject(ValueTooLarge, $"The value has {length} bytes; payload:maxValueBytes allows {_options.MaxValueBytes}. Send less or raise it.");
        }

        return _options.Format == PayloadFormat.Raw && length != _shape.ByteCount
            ? Reject(WrongLength, $"The value has {length} bytes; a raw picture of shape {_shape} has {_shape.ByteCount}. Mend the producer, or set payload:height, width and channels.")
            : null;
    }
}
