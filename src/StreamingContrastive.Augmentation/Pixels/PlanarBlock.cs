namespace StreamingContrastive.Augmentation.Pixels;

/// <summary>
/// Moves pixels between channels-last bytes and three float planes, so that per-pixel colour arithmetic can run on vectors.
/// Blocks are small enough to stay in the first-level cache.
/// </summary>
internal static class PlanarBlock
{
    /// <summary>Pixels of a block; a multiple of every vector width.</summary>
    public const int Pixels = 64;

    /// <summary>Splits up to <see cref="Pixels"/> RGB pixels into planes; the rest of the planes is zeroed.</summary>
    public static void Load(ReadOnlySpan<byte> pixels, Span<float> red, Span<float> green, Span<float> blue)
    {
        int count = pixels.Length / 3;
        red = red[..Pixels];
        green = green[..Pixels];
        blue = blue[..Pixels];
        for (int i = 0, p = 0; i < count; i++, p += 3)
        {
            red[i] = pixels[p];
            green[i] = pixels[p + 1];
            blue[i] = pixels[p + 2];
        }

        red[count..].Clear();
        green[count..].Clear();
        blue[count..].Clear();
    }

    /// <summary>Joins planes to RGB pixels, rounded to nearest and clamped.</summary>
    public static void Store(ReadOnlySpan<float> red, ReadOnlySpan<float> green, ReadOnlySpan<float> blue, Span<byte> pixels)
    {
        Span<byte> levels = stackalloc byte[3 * Pixels];
        var redLevels = levels[..Pixels];
        var greenLevels = levels.Slice(Pixels, Pixels);
        var blueLevels = levels.Slice(2 * Pixels, Pixels);
        PixelVectors.ToLevels(red[..Pixels], redLevels);
        PixelVectors.ToLevels(green[..Pixels], greenLevels);
        PixelVectors.ToLevels(blue[..Pixels], blueLevels);
        for (int i = 0, p = 0; p + 2 < pixels.Length; i++, p += 3)
        {
            pixels[p] = redLevels[i];
            pixels[p + 1] = greenLevels[i];
            pixels[p + 2] = blueLevels[i];
        }
    }
}
