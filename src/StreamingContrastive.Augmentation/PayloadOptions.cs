using System.ComponentModel.DataAnnotations;

namespace StreamingContrastive.Augmentation;

/// <summary>How a record's value is written.</summary>
public enum PayloadFormat
{
    /// <summary>Exactly Height x Width x Channels bytes, channels last.</summary>
    Raw,

    /// <summary>PNG, JPEG or WebP, told apart by content; resized to the pipeline's shape.</summary>
    Image,

    /// <summary>A JSON object with a base64 picture (PNG, JPEG, WebP) or array of numbers 0..255 in one field.</summary>
    Json,
}

/// <summary>Format, shape and size limits of the pictures in a topic. Limits are checked before pixels are allocated.</summary>
public sealed record PayloadOptions
{
    /// <summary>Format of the value. Default raw.</summary>
    public PayloadFormat Format { get; init; } = PayloadFormat.Raw;

    /// <summary>Rows of a view. Default 28.</summary>
    [Range(4, 1024)]
    public int Height { get; init; } = 28;

    /// <summary>Columns of a view. Default 28.</summary>
    [Range(4, 1024)]
    public int Width { get; init; } = 28;

    /// <summary>1 (grey) or 3 (RGB). Default 1.</summary>
    [AllowedValues(1, 3)]
    public int Channels { get; init; } = 1;

    /// <summary>Name of the field that holds the picture when the format is json. Default image.</summary>
    [Required]
    public string JsonField { get; init; } = "image";

    /// <summary>Longest value that is looked at, in bytes. Default 8 MiB.</summary>
    [Range(1, 64 * 1024 * 1024)]
    public int MaxValueBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Most pixels (width x height by the picture's header) that are decoded. Default 25 million.</summary>
    [Range(16, 200_000_000)]
    public int MaxPixels { get; init; } = 25_000_000;

    /// <summary>The shape of every view.</summary>
    public ImageShape Shape => new(Height, Width, Channels);
}
