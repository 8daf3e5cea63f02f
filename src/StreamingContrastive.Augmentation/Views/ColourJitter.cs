namespace StreamingContrastive.Augmentation.Views;

/// <summary>
/// Brightness, contrast, saturation and hue in an order drawn for each view (torchvision's ColorJitter), applied as a whole with
/// <see cref="AugmentationOptions.JitterProbability"/>. Every factor has its own stream, and the order is drawn over all four even
/// when some are off, so switching one off leaves the others as they were. On grey pictures saturation and hue do not exist.
/// </summary>
internal static class ColourJitter
{
    /// <summary>Jitters in place.</summary>
    public static void Apply(Span<byte> picture, ImageShape shape, AugmentationOptions options, ulong viewKey)
    {
        if (!new ViewRandom(viewKey, ViewStep.JitterChance).NextChance(options.JitterProbability))
        {
            return;
        }

        Span<ViewStep> order = [ViewStep.Brightness, ViewStep.Contrast, ViewStep.Saturation, ViewStep.Hue];
        var random = new ViewRandom(viewKey, ViewStep.JitterOrder);
        for (int i = order.Length - 1; i > 0; i--)
        {
            int other = random.NextBelow(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        foreach (var step in order)
        {
            ApplyStep(picture, shape, options, step, new ViewRandom(viewKey, step));
        }
    }

    private static void ApplyStep(Span<byte> picture, ImageShape shape, AugmentationOptions options, ViewStep step, ViewRandom random)
    {
        bool colour = shape.Channels == 3;
        switch (step)
        {
            case ViewStep.Brightness when options.Brightness > 0:
                Brightness.Apply(picture, random.NextBetween(1 - options.Brightness, 1 + options.Brightness));
                break;
            case ViewStep.Contrast when options.Contrast > 0:
                Contrast.Apply(picture, shape, random.NextBetween(1 - options.Contrast, 1 + options.Contrast));
                break;
            case ViewStep.Saturation when colour && options.Saturation > 0:
                Saturation.Apply(picture, random.NextBetween(1 - options.Saturation, 1 + options.Saturation));
                break;
            case ViewStep.Hue when colour && options.Hue > 0:
                HueShift.Apply(picture, random.NextBetween(-options.Hue, options.Hue));
                break;
            default:
                break;
        }
    }
}
