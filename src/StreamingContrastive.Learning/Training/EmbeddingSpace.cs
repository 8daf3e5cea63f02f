using System.Security.Cryptography;
using System.Text;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Encoders.Text;
using Encoder = StreamingContrastive.Learning.Encoders.Encoder;

namespace StreamingContrastive.Learning.Training;

/// <summary>Names the space that embeddings live in: vectors of different spaces must never be compared.</summary>
internal static class EmbeddingSpace
{
    /// <summary>First 16 hexadecimal digits of the SHA-256 of architecture, input, normalisation, kind and dimension of every part.</summary>
    public static string Id(TrainerConfiguration configuration, IReadOnlyList<Encoder> encoders)
    {
        var parts = configuration.Layout.Parts;
        var text = parts.Count == 1
            ? Of(configuration.EncoderOf(0), parts[0], encoders[0], configuration.PublishProjection)
            : string.Join("|", parts.Select((part, i) => $"part={part.Name};{Of(configuration.EncoderOf(i), part, encoders[i], projection: true)}{Shared(i)}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];

        string Shared(int part) => configuration.OwnerOf(part) is var owner && owner == part ? "" : $";encoderOf={parts[owner].Name}";
    }

    private static string Of(EncoderOptions options, RowPart part, Encoder encoder, bool projection)
    {
        // What came later is only named where it is not as it always was, so that spaces keep their names.
        var stem = options.Stem == Stem.Small ? "" : $";stem={options.Stem}";
        var grid = options.PoolingGrid == 1 ? "" : $";grid={options.PoolingGrid}";
        var descriptor = options.Architecture == Architecture.Gradients ? $";{GradientBackbone.Definition}" : "";
        var head = options is { ProjectionLayers: 2, ProjectionNormalization: false } ? "" : $";layers={options.ProjectionLayers};norm={options.ProjectionNormalization}";
        var kind = projection
            ? $"projection;hidden={encoder.ProjectionHidden};dim={encoder.ProjectionDimension}{head}"
            : $"backbone;dim={encoder.FeatureDimension}";
        return part.Kind == PartKind.Picture
            ? FormattableString.Invariant($"arch={options.Architecture};width={options.StageWidth}{stem}{grid}{descriptor};norm={options.Normalization};input={part.Height}x{part.Width}x{part.Channels};pixel={PixelInput.Normalization};kind={kind};unit=l2")
            : $"{Text(options.Text ?? new())};tokens={part.Tokens}{(part.Reading.Length == 0 ? "" : $";{part.Reading}")};kind={kind};unit=l2";
    }

    // Dropout changes training, not what an embedding means.
    private static string Text(TextEncoderOptions text) =>
        FormattableString.Invariant($"text={text.Architecture};buckets={text.Buckets};dim={text.Dimension};layers={text.Depth};heads={(text.Architecture == TextArchitecture.Transformer ? text.Heads : 0)}");
}
