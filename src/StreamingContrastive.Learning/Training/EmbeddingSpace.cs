using System.Security.Cryptography;
using System.Text;
using StreamingContrastive.Learning.Encoders;
using Encoder = StreamingContrastive.Learning.Encoders.Encoder;

namespace StreamingContrastive.Learning.Training;

/// <summary>Names the space that embeddings live in: vectors of different spaces must never be compared.</summary>
internal static class EmbeddingSpace
{
    /// <summary>First 16 hexadecimal digits of the SHA-256 of architecture, input, normalisation, kind and dimension.</summary>
    public static string Id(TrainerConfiguration configuration, Encoder encoder)
    {
        var options = configuration.Encoder;
        // What came later is only named where it is not as it always was, so that spaces keep their names.
        var stem = options.Stem == Stem.Small ? "" : $";stem={options.Stem}";
        var head = options is { ProjectionLayers: 2, ProjectionNormalization: false } ? "" : $";layers={options.ProjectionLayers};norm={options.ProjectionNormalization}";
        var kind = configuration.PublishProjection
            ? $"projection;hidden={encoder.ProjectionHidden};dim={encoder.ProjectionDimension}{head}"
            : $"backbone;dim={encoder.FeatureDimension}";
        var text = FormattableString.Invariant(
            $"arch={options.Architecture};width={options.StageWidth}{stem};norm={options.Normalization};input={configuration.Input};pixel={PixelInput.Normalization};kind={kind};unit=l2");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}
