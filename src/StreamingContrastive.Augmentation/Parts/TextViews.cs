using System.Runtime.InteropServices;
using StreamingContrastive.Augmentation.Text;
using StreamingContrastive.Contracts.Records;

namespace StreamingContrastive.Augmentation.Parts;

/// <summary>A text part: UTF-8 to token ids, views by token masking. Ids stand in rows as this machine writes them, little-endian.</summary>
internal sealed class TextViews(TextOptions options) : IPartViews
{
    private readonly TextTokenizer _tokenizer = new(options);
    private readonly TextViewGenerator _views = new(options);

    public Rejection? Decode(in NamedPart part, Span<byte> clean)
    {
        if (!IsText(part.MediaType))
        {
            return PartErrors.MediaType(part, "text/plain in UTF-8");
        }

        _tokenizer.TryTokenize(part.Data.Span, MemoryMarshal.Cast<byte, int>(clean), out var rejection);
        return rejection;
    }

    public void Generate(ReadOnlySpan<byte> clean, Span<byte> view, in ViewIdentity identity) =>
        _views.Generate(MemoryMarshal.Cast<byte, int>(clean), MemoryMarshal.Cast<byte, int>(view), identity);

    private static bool IsText(string mediaType)
    {
        var cut = mediaType.IndexOf("charset=", StringComparison.OrdinalIgnoreCase);
        var charset = cut < 0 ? "utf-8" : mediaType[(cut + "charset=".Length)..].Trim(' ', '"', ';');
        return mediaType.Length == 0 || (mediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            && (charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase)));
    }
}
