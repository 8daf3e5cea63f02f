using StreamingContrastive.Contracts.Records;

namespace StreamingContrastive.Augmentation.Parts;

/// <summary>Reads one part and makes its views. Owns its scratch memory: one per worker.</summary>
internal interface IPartViews
{
    /// <summary>Decodes into <paramref name="clean"/>, exactly the part's bytes; undefined after a rejection.</summary>
    Rejection? Decode(in NamedPart part, Span<byte> clean);

    /// <summary>Writes the view that belongs to <paramref name="identity"/>.</summary>
    void Generate(ReadOnlySpan<byte> clean, Span<byte> view, in ViewIdentity identity);
}
