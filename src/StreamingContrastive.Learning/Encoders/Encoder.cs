using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>
/// Backbone, projection head and predictor as a recipe: it holds no values, so one instance serves the query, key and published states.
/// Input [N, C, H, W] normalised pixels; features [N, FeatureDimension]; projection [N, ProjectionDimension].
/// </summary>
internal sealed class Encoder
{
    private readonly ResNetBackbone backbone;
    private readonly LinearStack head;
    private readonly LinearStack? predictor;

    public Encoder(EncoderOptions options, int channels)
    {
        EncoderOptionsValidator.Require(options);
        Layout = new NetworkLayout();
        var norm = NormSettings.Of(options);
        backbone = new ResNetBackbone(Layout, norm, channels, ResNetPlan.Of(options));
        FeatureDimension = backbone.FeatureDimension;
        ProjectionHidden = options.ProjectionHidden == 0 ? FeatureDimension : options.ProjectionHidden;
        ProjectionDimension = options.ProjectionDimension;
        NormSettings? hidden = options.ProjectionNormalization ? norm : null;
        head = new LinearStack(Layout, "projection", [FeatureDimension, .. Enumerable.Repeat(ProjectionHidden, options.ProjectionLayers - 1), ProjectionDimension], hidden);
        if (options.PredictorHidden > 0)
        {
            predictor = new LinearStack(Layout, "predictor", [ProjectionDimension, options.PredictorHidden, ProjectionDimension], hidden);
        }
    }

    public NetworkLayout Layout { get; }

    public int FeatureDimension { get; }

    public int ProjectionHidden { get; }

    public int ProjectionDimension { get; }

    /// <summary>
    /// Whether queries pass a predictor. Its parameters lie in the layout like all others: the query's are trained and saved, the key's
    /// follow by EMA and are never used.
    /// </summary>
    public bool HasPredictor => predictor is not null;

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

    /// <summary>Unit rows of queries: the projection, behind the predictor where there is one. [N, C, H, W] -> [N, ProjectionDimension].</summary>
    public Tensor UnitQuery(ForwardPass pass, Tensor pixels)
    {
        var projection = head.Forward(pass, Features(pass, pixels));
        return F.normalize(predictor?.Forward(pass, projection) ?? projection);
    }

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
