namespace StreamingContrastive.Augmentation;

/// <summary>Size of a picture in memory: uint8, channels last, rows from the top, no padding.</summary>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Channels">1 (grey) or 3 (RGB).</param>
public readonly record struct ImageShape(int Height, int Width, int Channels)
{
    /// <summary>Bytes of one picture: Height x Width x Channels.</summary>
    public int ByteCount => checked(Height * Width * Channels);

    /// <inheritdoc />
    public override string ToString() => $"{Height}x{Width}x{Channels}";
}
