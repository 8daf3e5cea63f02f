namespace StreamingContrastive.Contracts.Rows;

/// <summary>One part of a row: a picture or a text.</summary>
/// <param name="Name">The part's name, as records and the pipeline file call it.</param>
/// <param name="Kind">Picture or text.</param>
/// <param name="Height">Rows of a picture, at least 1; 0 for a text.</param>
/// <param name="Width">Columns of a picture, at least 1; 0 for a text.</param>
/// <param name="Channels">1 (grey) or 3 (RGB); 0 for a text.</param>
/// <param name="Tokens">Token ids of a text, padding included, at least 1; 0 for a picture.</param>
/// <param name="HardNegatives">Most hard negatives of this part that a record brings, from 0.</param>
public sealed record RowPart(string Name, PartKind Kind, int Height, int Width, int Channels, int Tokens, int HardNegatives)
{
    /// <summary>How data become these bytes, as far as no number above says it: the lengths of a text's n-grams. Part of the embedding space.</summary>
    public string Reading { get; init; } = "";

    /// <summary>A picture part.</summary>
    public static RowPart Picture(string name, int height, int width, int channels, int hardNegatives = 0) =>
        new(name, PartKind.Picture, height, width, channels, 0, hardNegatives);

    /// <summary>A text part.</summary>
    public static RowPart Text(string name, int tokens, int hardNegatives = 0) => new(name, PartKind.Text, 0, 0, 0, tokens, hardNegatives);

    /// <summary>Bytes of the part: height x width x channels, or four a token.</summary>
    public int Bytes => Kind == PartKind.Picture ? checked(Height * Width * Channels) : checked(Tokens * sizeof(int));

    /// <summary>Bytes with the padding behind them, a multiple of 4: where the next part or slot begins.</summary>
    public int PaddedBytes => checked((Bytes + 3) & ~3);
}
