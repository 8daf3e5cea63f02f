using System.ComponentModel.DataAnnotations;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Text;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Encoders;

namespace StreamingContrastive.Pipeline.Configuration;

/// <summary>One part of multi-part records: how it is read, which views are made of it, and which encoder sees it.</summary>
public sealed record PartOptions
{
    /// <summary>The part's name: in records, in metrics and at the end of its topic, NAME.embeddings.PART. At most 32 characters.</summary>
    [Required]
    [RegularExpression("[a-zA-Z0-9][a-zA-Z0-9_-]{0,31}")]
    public string Name { get; init; } = "";

    /// <summary>Picture or text. Default picture.</summary>
    public PartKind Kind { get; init; } = PartKind.Picture;

    /// <summary>A picture's format, raw or image, its shape and limits; of no meaning for a text.</summary>
    public PayloadOptions Payload { get; init; } = new();

    /// <summary>A picture's views. Default: those of the pipeline's section augmentation, which also says how many workers there are.</summary>
    public AugmentationOptions? Augmentation { get; init; }

    /// <summary>A text's tokens and views; of no meaning for a picture.</summary>
    public TextOptions Text { get; init; } = new();

    /// <summary>The part's encoder. Default: the pipeline's section encoder. All parts have the same projectionDimension: they live in one space.</summary>
    public EncoderOptions? Encoder { get; init; }

    /// <summary>Name of an earlier part of the same kind whose encoder this part uses too: one network that learns from both. Default: an encoder of its own.</summary>
    public string? SharesEncoderWith { get; init; }

    /// <summary>Whether records may lack the part; otherwise input.onMissingPart decides. Default false.</summary>
    public bool Optional { get; init; }

    /// <summary>Hard negatives of the part that are taken from a record: the first so many, in its order. Default 0: they are not looked at.</summary>
    [Range(0, 64)]
    public int HardNegatives { get; init; }

    /// <summary>The part in a row.</summary>
    public RowPart Row => Kind == PartKind.Picture
        ? RowPart.Picture(Name, Payload.Height, Payload.Width, Payload.Channels, HardNegatives)
        : RowPart.Text(Name, Text.Tokens, HardNegatives) with { Reading = FormattableString.Invariant($"ngrams {Text.ShortestNgram} to {Text.LongestNgram}") };
}
