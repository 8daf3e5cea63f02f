namespace StreamingContrastive.Augmentation.Views;

/// <summary>A rectangle of whole pixels inside a picture.</summary>
/// <param name="Top">First row.</param>
/// <param name="Left">First column.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Width">Columns, at least 1.</param>
internal readonly record struct CropBox(int Top, int Left, int Height, int Width)
{
    private const int Tries = 10;

    /// <summary>
    /// Draws the box of torchvision's RandomResizedCrop: up to ten times an area share uniform in
    /// [<see cref="AugmentationOptions.CropMinArea"/>, <see cref="AugmentationOptions.CropMaxArea"/>] and an aspect ratio
    /// log-uniform in [1/r, r], the sides rounded to whole pixels; the first box that fits is placed uniformly. Otherwise the
    /// largest box whose aspect lies in the range, centred.
    /// </summary>
    public static CropBox Draw(ImageShape shape, AugmentationOptions options, ref ViewRandom random) =>
        TryDraw(shape, options.CropMinArea, options.CropMaxArea, options.CropMaxAspect, margin: 0, ref random, out var box)
            ? box
            : Centre(shape, options.CropMaxAspect);

    /// <summary>
    /// The ten tries by themselves; false when no box fitted. A margin of 1 asks for boxes strictly smaller than the picture.
    /// </summary>
    /// <remarks>exp and log come from the platform's mathematical library; a difference in their last bit could matter only where a
    /// side lies on the edge between two whole numbers.</remarks>
    public static bool TryDraw(
        ImageShape shape, double minArea, double maxArea, double maxAspect, int margin, ref ViewRandom random, out CropBox box)
    {
        double area = (double)shape.Height * shape.Width;
        double logAspect = Math.Log(maxAspect);
        for (int i = 0; i < Tries; i++)
        {
            double target = area * random.NextBetween(minArea, maxArea);
            double aspect = Math.Exp(random.NextBetween(-logAspect, logAspect));
            int width = (int)Math.Round(Math.Sqrt(target * aspect), MidpointRounding.ToEven);
            int height = (int)Math.Round(Math.Sqrt(target / aspect), MidpointRounding.ToEven);
            if (width > 0 && width <= shape.Width - margin && height > 0 && height <= shape.Height - margin)
            {
                int top = random.NextBelow(shape.Height - height + 1);
                int left = random.NextBelow(shape.Width - width + 1);
                box = new CropBox(top, left, height, width);
                return true;
            }
        }

        box = default;
        return false;
    }

    /// <summary>The largest centred box with an aspect ratio in [1/r, r].</summary>
    public static CropBox Centre(ImageShape shape, double maxAspect)
    {
        double aspect = (double)shape.Width / shape.Height;
        int height = shape.Height;
        int width = shape.Width;
        if (aspect < 1 / maxAspect)
        {
            height = (int)Math.Round(width * maxAspect, MidpointRounding.ToEven);
        }
        else if (aspect > maxAspect)
        {
            width = (int)Math.Round(height * maxAspect, MidpointRounding.ToEven);
        }

        return new CropBox((shape.Height - height) / 2, (shape.Width - width) / 2, height, width);
    }
}
