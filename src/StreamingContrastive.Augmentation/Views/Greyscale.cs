using StreamingContrastive.Augmentation.Pixels;

namespace StreamingContrastive.Augmentation.Views;

/// <summary>Replaces each RGB pixel by its Rec.601 grey in all three channels, in place; rounded to nearest.</summary>
internal static class Greyscale
{
    /// <summary>Colour pictures only.</summary>
    public static void Apply(Span<byte> picture)
    {
        for (int i = 0; i + 2 < picture.Length; i += 3)
        {
            byte grey = Luma.Of(picture[i], picture[i + 1], picture[i + 2]);
            picture[i] = grey;
            picture[i + 1] = grey;
            picture[i + 2] = grey;
        }
    }
}
