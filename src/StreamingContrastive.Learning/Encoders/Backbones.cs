using StreamingContrastive.Contracts.Rows;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>The encoder of a part: its options name the backbone, its kind must fit.</summary>
internal static class Backbones
{
    /// <exception cref="ArgumentException">The architecture does not read such parts.</exception>
    public static Encoder Encoder(EncoderOptions options, RowPart part) => part.Kind == PartKind.Picture
        ? new Encoder(options, part.Channels)
        : throw new ArgumentException($"encoder:architecture = {options.Architecture} reads pictures, but part {part.Name} is a text. Give the part a text encoder.", nameof(options));
}
