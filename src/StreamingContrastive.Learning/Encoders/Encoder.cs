using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>
/// Backbone, projection head and predictor as a recipe: it holds no values, so one instance serves the query, key and published states.
/// Input [N, C, H, W] normalised pixels, or [N, T] int64 token ids; features [N, FeatureDimension]; projection [N, ProjectionDimension].
/// </summary>
internal sealed class Encoder
{
    private readonly IBackbone backbone;
    private readonly LinearStack head;
    private readonly LinearStack? predictor;

    public Encoder(EncoderOptions options, int channels)
        : this(options, layout => Backbones.Picture(layout, options, channels))
    {
    }

    /// <param name="options">Head and predictor; the backbone has taken its own from them.</param>
    /// <param name="createBackbone">Adds the backbone's parameters to the layout, before the head's.</param>
    public Encoder(EncoderOptions options, Func<NetworkLayout, IBackbone> createBackbone)
    {
        EncoderOptionsValidator.Require(options);
        Layout = new NetworkLayout();
        var norm = NormSettings.Of(options);
        backbone = createBackbone(Layout);
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

    /// <summary>Backbone features, [N, ...] -> [N, FeatureDimension], not normalised. Counts a training forward.</summary>
    public Tensor Features(ForwardPass pass, Tensor input)
    {
        if (pass.Training)
        {
            pass.State.BatchesTracked++;
        }

        return backbone.Forward(pass, input);
    }

    /// <summary>Unit rows in which the loss is computed, [N, ...] -> [N, ProjectionDimension].</summary>
    public Tensor UnitProjection(ForwardPass pass, Tensor input) => F.normalize(head.Forward(pass, Features(pass, input)));

    /// <summary>Unit rows of queries: the projection, behind the predictor where there is one. [N, ...] -> [N, ProjectionDimension].</summary>
    public Tensor UnitQuery(ForwardPass pass, Tensor input)
    {
        var projection = head.Forward(pass, Features(pass, input));
        return F.normalize(predictor?.Forward(pass, projection) ?? projection);
    }

    /// <summary>Unit backbone features, [N, ...] -> [N, FeatureDimension].</summary>
    public Tensor UnitFeatures(ForwardPass pass, Tensor input) => F.normalize(Features(pass, input));

    /// <summary>Computes the folded form of a state.</summary>
    public void Fold(NetworkState state, FoldedNetwork into)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        backbone.Fold(state, into);
    }
}
