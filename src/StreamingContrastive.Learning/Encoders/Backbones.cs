using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Encoders.Text;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>The encoder of a part: pictures are read by the architecture that the options name, texts by their text section.</summary>
internal static class Backbones
{
    public static Encoder Encoder(EncoderOptions options, RowPart part) => part.Kind == PartKind.Picture
        ? new Encoder(options, part.Channels)
        : new Encoder(options, layout => TextBackbone.Create(layout, options.Text ?? new()));

    public static IBackbone Picture(NetworkLayout layout, EncoderOptions options, int channels) => options.Architecture == Architecture.Gradients
        ? new GradientBackbone(layout, NormSettings.Of(options), channels, options.PoolingGrid)
        : new ResNetBackbone(layout, NormSettings.Of(options), channels, ResNetPlan.Of(options));
}
