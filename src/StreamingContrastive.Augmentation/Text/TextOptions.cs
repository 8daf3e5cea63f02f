using System.ComponentModel.DataAnnotations;

namespace StreamingContrastive.Augmentation.Text;

/// <summary>
/// How texts become token ids and views. A text's ids depend on the n-gram lengths and on <see cref="Tokens"/>, so these belong to the
/// embedding space; the number of buckets is the encoder's affair, because ids here are 31-bit hashes.
/// </summary>
public sealed record TextOptions
{
    /// <summary>Name of the section in a pipeline file.</summary>
    public const string SectionName = "text";

    /// <summary>Token ids of a text; what is longer is cut as <see cref="TextTokenizer"/> says. Default 128.</summary>
    [Range(1, 8192)]
    public int Tokens { get; init; } = 128;

    /// <summary>Characters of the shortest character n-grams, boundary marks included. Default 3.</summary>
    [Range(1, 16)]
    public int ShortestNgram { get; init; } = 3;

    /// <summary>Characters of the longest character n-grams, boundary marks included; 0 leaves whole words only. Default 5.</summary>
    [Range(0, 16)]
    public int LongestNgram { get; init; } = 5;

    /// <summary>Longest text that is looked at, in bytes of UTF-8. Default 1 MiB.</summary>
    [Range(1, 64 * 1024 * 1024)]
    public int MaxBytes { get; init; } = 1024 * 1024;

    /// <summary>Probability with which a view loses each word; the last one always stays. Default 0: views differ by the encoder's dropout alone.</summary>
    [Range(0.0, 0.95)]
    public double MaskProbability { get; init; }
}
