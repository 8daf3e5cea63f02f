using System.ComponentModel.DataAnnotations;
using StreamingContrastive.Learning.Encoders.Text;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>Backbones that a pipeline file can name.</summary>
public enum Architecture
{
    /// <summary>Three stages of one basic block each, widths w, 2w, 4w, for pictures of 28 to 64 pixels.</summary>
    SmallResNet,

    /// <summary>ResNet-18: 2, 2, 2, 2 basic blocks, 512 features, torchvision's state-dict names.</summary>
    ResNet18,

    /// <summary>ResNet-34: 3, 4, 6, 3 basic blocks, 512 features, torchvision's state-dict names.</summary>
    ResNet34,

    /// <summary>ResNet-50: 3, 4, 6, 3 bottleneck blocks (stride in the 3x3, as torchvision), 2,048 features, torchvision's state-dict names.</summary>
    ResNet50,

    /// <summary>
    /// A fixed descriptor of edges and colours in poolingGrid x poolingGrid cells, behind it a normalisation that learns and the head: for
    /// sets of a few thousand pictures, from which a network learns no edges. 9 + 2 channels features a cell; 9 where there is one channel.
    /// </summary>
    Gradients,
}

/// <summary>What comes before the first stage.</summary>
public enum Stem
{
    /// <summary>3x3 convolution of stride 1, no pooling: for pictures under about 100 pixels.</summary>
    Small,

    /// <summary>7x7 convolution of stride 2, then 3x3 max-pooling of stride 2, as torchvision: a quarter of each side is left.</summary>
    Standard,
}

/// <summary>Normalisation layers.</summary>
public enum Normalization
{
    /// <summary>BatchNorm; running statistics of the key encoder evolve from its own forwards, never by EMA.</summary>
    Batch,

    /// <summary>GroupNorm; for batches under 64.</summary>
    Group,

    /// <summary>
    /// BatchNorm with statistics of parts of the batch; the key batch is shuffled before it is encoded and put back in order after, so
    /// that a query and its key do not share a part. What several devices with Shuffle-BN do, on one.
    /// </summary>
    Split,
}

/// <summary>The encoder, its projection head and its predictor. Encoder and head define, together with the picture's shape, the embedding space.</summary>
public sealed record EncoderOptions
{
    /// <summary>Name of the section in a pipeline file.</summary>
    public const string SectionName = "encoder";

    /// <summary>Backbone. Default SmallResNet.</summary>
    public Architecture Architecture { get; init; } = Architecture.SmallResNet;

    /// <summary>Stem. Default Small.</summary>
    public Stem Stem { get; init; } = Stem.Small;

    /// <summary>Channels of the first stage. SmallResNet takes 4 to 512; the ResNets are 64 by torchvision's shapes. Default 0: 16 for SmallResNet, 64 for the ResNets.</summary>
    [Range(0, 512)]
    public int Width { get; init; }

    /// <summary>
    /// Cells a side into which a picture's last map is averaged, each with features of its own. Default 1: the mean over the whole picture,
    /// which forgets where things are. For pictures whose layout says what they are, such as signs, 2 or 4; 8 for the architecture gradients.
    /// </summary>
    [Range(1, 16)]
    public int PoolingGrid { get; init; } = 1;

    /// <summary>Normalisation. Default Batch.</summary>
    public Normalization Normalization { get; init; } = Normalization.Batch;

    /// <summary>Parts of a batch that have statistics of their own, with normalization split; each needs at least 2 rows. Default 8, as in MoCo's CIFAR demonstration.</summary>
    [Range(2, 256)]
    public int NormalizationSplits { get; init; } = 8;

    /// <summary>Linear layers of the projection head, with ReLU between them: 1 as MoCo v1, 2 as MoCo v2, 3 as MoCo v3. Default 2.</summary>
    [Range(1, 3)]
    public int ProjectionLayers { get; init; } = 2;

    /// <summary>Units of the projection head's hidden layers. Default 0: as many as features.</summary>
    [Range(0, 8192)]
    public int ProjectionHidden { get; init; }

    /// <summary>Normalise the hidden layers of head and predictor as the backbone is, before their ReLU. Default false.</summary>
    public bool ProjectionNormalization { get; init; }

    /// <summary>Dimension of the projection in which the loss is computed. Default 128.</summary>
    [Range(2, 4096)]
    public int ProjectionDimension { get; init; } = 128;

    /// <summary>
    /// Hidden units of a predictor (Linear-ReLU-Linear) behind the query's projection, as MoCo v3's queue-free form has it; keys are never
    /// predicted and embeddings do not pass it. Default 0: none.
    /// </summary>
    [Range(0, 8192)]
    public int PredictorHidden { get; init; }

    /// <summary>The backbone of a text part, for which architecture, stem and width mean nothing. Left out: its defaults. Default: none.</summary>
    public TextEncoderOptions? Text { get; init; }

    /// <summary>Channels of the first stage with the default resolved.</summary>
    public int StageWidth => Width != 0 ? Width : Architecture == Architecture.SmallResNet ? SmallResNetWidth : ResNetWidth;

    internal const int ResNetWidth = 64;

    private const int SmallResNetWidth = 16;
}
