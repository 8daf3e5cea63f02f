using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>
/// Backbone and projection head as a recipe: it holds no values, so one instance serves the query, key and published states.
/// Input [N, C, H, W] normalised pixels; features [N, FeatureDimension]; projection [N, ProjectionDimension].
/// </summary>
internal sealed class Encoder
{
    private readonly ResNetBackbone backbone;
    private readonly ProjectionHead head;

    public Encoder(EncoderOptions options, int channels)
    {
        Layout = new NetworkLayout();
        backbone = options.Architecture switch
        {
            Architecture.SmallResNet => new ResNetBackbone(Layout, options.Normalization, channels, [options.Width, 2 * options.Width, 4 * options.Width], blocksPerStage: 1),
            Architecture.ResNet18 => new ResNetBackbone(Layout, options.Normalization, channels, [64, 128, 256, 512], blocksPerStage: 2),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Architecture, $"encoder.architecture must be one of {string.Join(", ", Enum.GetNames<Architecture>())}."),
        };
        FeatureDimension = backbone.FeatureDimension;
        ProjectionHidden = options.ProjectionHidden == 0 ? FeatureDimension : options.ProjectionHidden;
        ProjectionDimension = options.ProjectionDimension;
        head = new ProjectionHead(Layout, "projection", FeatureDimension, ProjectionHidden, ProjectionDimension);
    }

    public NetworkLayout Layout { get; }

    public int FeatureDimension { get; }

    public int ProjectionHidden { get; }

    public int ProjectionDimension { get; }

    /// <summary>Backbone features, [N, C, H, W] -> [N, FeatureDimension], not normalised. Counts a training forward.</summary>
    public Tensor Features(ForwardPass pass, Tensor pixels)
    {
        if (pass.Training)
        {
            pass.State.BatchesTracked++;
        }

        return backbone.Forward(pass, pixels);
    }

    /// <summary>Unit rows in which the loss is computed, [N, C, H, W] -> [N, ProjectionDimension].</summary>
    public Tensor UnitProjection(ForwardPass pass, Tensor pixels) => F.normalize(head.Forward(pass, Features(pass, pixels)));

    /// <summary>Unit backbone features, [N, C, H, W] -> [N, FeatureDimension].</summary>
    public Tensor UnitFeatures(ForwardPass pass, Tensor pixels) => F.normalize(Features(pass, pixels));

    /// <summary>Computes the folded form of a state.</summary>
    public void Fold(NetworkState state, FoldedNetwork into)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        backbone.Fold(state, into);
    }
}
