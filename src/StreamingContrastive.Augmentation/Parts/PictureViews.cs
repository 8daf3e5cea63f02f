using StreamingContrastive.Augmentation.Decoding;
using StreamingContrastive.Augmentation.Views;
using StreamingContrastive.Contracts.Records;

namespace StreamingContrastive.Augmentation.Parts;

/// <summary>A picture part: decoder and view generator of a record that is one picture.</summary>
internal sealed class PictureViews(PayloadOptions payload, AugmentationOptions augmentation) : IPartViews
{
    private const string RawType = "application/octet-stream";

    private readonly PictureDecoder _decoder = new(payload);
    private readonly ViewGenerator _views = new(augmentation, payload.Shape);

    public Rejection? Decode(in NamedPart part, Span<byte> clean)
    {
        var fits = part.MediaType.Length == 0 || (payload.Format == PayloadFormat.Raw
            ? part.MediaType.Equals(RawType, StringComparison.OrdinalIgnoreCase)
            : part.MediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase));
        if (!fits)
        {
            return PartErrors.MediaType(part, payload.Format == PayloadFormat.Raw ? RawType : "image/png, image/jpeg or image/webp");
        }

        _decoder.TryDecode(part.Data.Span, clean, out var rejection);
        return rejection;
    }

    public void Generate(ReadOnlySpan<byte> clean, Span<byte> view, in ViewIdentity identity) => _views.Generate(clean, view, identity);
}
