using System.ComponentModel.DataAnnotations;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>Backbones that a pipeline file can name.</summary>
public enum Architecture
{
    /// <summary>Three stages of basic blocks, widths w, 2w, 4w, for pictures of 28 to 64 pixels.</summary>
    SmallResNet,

    /// <summary>ResNet-18 with torchvision's state-dict names; small-image stem (3x3, stride 1, no max-pool).</summary>
    ResNet18,
}

/// <summary>Normalisation layers.</summary>
public enum Normalization
{
    /// <summary>BatchNorm; running statistics of the key encoder evolve from its own forwards, never by EMA.</summary>
    Batch,

    /// <summary>GroupNorm; for batches under 64.</summary>
    Group,
}

/// <summary>The encoder and its projection head. Together with the picture's shape they define the embedding space.</summary>
public sealed record EncoderOptions
{
    /// <summary>Name of the section in a pipeline file.</summary>
    public const string SectionName = "encoder";

    /// <summary>Backbone. Default SmallResNet.</summary>
    public Architecture Architecture { get; init; } = Architecture.SmallResNet;

    /// <summary>Channels of the first stage (SmallResNet; ResNet18 is 64 by torchvision's shapes). Default 16.</summary>
    [Range(4, 512)]
    public int Width { get; init; } = 16;

    /// <summary>Normalisation. Default Batch.</summary>
    public Normalization Normalization { get; init; } = Normalization.Batch;

    /// <summary>Units of the projection head's hidden layer (Linear-ReLU-Linear). Default 0: as many as features.</summary>
    [Range(0, 8192)]
    public int ProjectionHidden { get; init; }

    /// <summary>Dimension of the projection in which the loss is computed. Default 128.</summary>
    [Range(2, 4096)]
    public int ProjectionDimension { get; init; } = 128;
}
