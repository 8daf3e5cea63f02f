using System.ComponentModel.DataAnnotations;

namespace StreamingContrastive.Learning.Encoders.Text;

/// <summary>Text backbones that a pipeline file can name.</summary>
public enum TextArchitecture
{
    /// <summary>The mean of all n-gram embeddings, whatever their order; behind it residual layers, if any.</summary>
    Bag,

    /// <summary>Words, each the sum of its n-gram embeddings, in their order, through pre-norm transformer blocks.</summary>
    Transformer,
}

/// <summary>The backbone of a text part; head and predictor are those of the encoder section around it.</summary>
public sealed record TextEncoderOptions
{
    /// <summary>Name of the section inside an encoder section.</summary>
    public const string SectionName = "text";

    /// <summary>Backbone. Default Bag.</summary>
    public TextArchitecture Architecture { get; init; } = TextArchitecture.Bag;

    /// <summary>
    /// Rows of the embedding table, the one of padding included: n-grams that fall into one bucket share an embedding. Memory, checkpoint and
    /// the optimizer's step grow with buckets x dimension. Default 16384.
    /// </summary>
    [Range(2, 4_194_304)]
    public int Buckets { get; init; } = 16384;

    /// <summary>Dimension of embeddings and features. Default 256.</summary>
    [Range(4, 4096)]
    public int Dimension { get; init; } = 256;

    /// <summary>Residual layers of the bag, or blocks of the transformer. Default 0: none in the bag, 2 blocks in the transformer.</summary>
    [Range(0, 48)]
    public int Layers { get; init; }

    /// <summary>Attention heads of the transformer; must divide the dimension. Default 4.</summary>
    [Range(1, 64)]
    public int Heads { get; init; } = 4;

    /// <summary>Share of values dropped in training forwards: it makes the two views of a text differ (SimCSE). 0 drops nothing. Default 0.1.</summary>
    [Range(0.0, 0.9)]
    public double Dropout { get; init; } = 0.1;

    /// <summary>Layers or blocks with the default resolved.</summary>
    public int Depth => Layers == 0 && Architecture == TextArchitecture.Transformer ? DefaultBlocks : Layers;

    private const int DefaultBlocks = 2;
}
