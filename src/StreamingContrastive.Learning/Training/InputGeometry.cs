namespace StreamingContrastive.Learning.Training;

/// <summary>Shape of one picture as the trainer takes it: uint8, channels last.</summary>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Channels">1 (grey) or 3 (RGB).</param>
public sealed record InputGeometry(int Height, int Width, int Channels)
{
    /// <summary>Bytes of one picture.</summary>
    public int RowBytes => checked(Height * Width * Channels);

    /// <inheritdoc />
    public override string ToString() => $"{Height}x{Width}x{Channels}";
}
