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
        var width = options.Architecture == Architecture.ResNet18 ? 64 : options.Width;
        var kind = configuration.PublishProjection
            ? $"projection;hidden={encoder.ProjectionHidden};dim={encoder.ProjectionDimension}"
            : $"backbone;dim={encoder.FeatureDimension}";
        var text = FormattableString.Invariant(
            $"arch={options.Architecture};width={width};norm={options.Normalization};input={configuration.Input};pixel={PixelInput.Normalization};kind={kind};unit=l2");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}
