namespace StreamingContrastive.Augmentation.Views;

/// <summary>
/// Makes one augmented view of a clean picture: crop, rotation and translation, flip, jitter, greyscale, blur, erasing, in this
/// order. A pure function of the picture, the options and the <see cref="ViewIdentity"/>. Owns its scratch memory, allocates
/// nothing per view, and belongs to one thread at a time: make one per worker.
/// </summary>
public sealed class ViewGenerator
{
    private readonly AugmentationOptions _options;
    private readonly ImageShape _shape;
    private readonly ViewScratch _scratch;
    private readonly bool _crops, _warps;

    /// <summary>Allocates the scratch for pictures of one shape.</summary>
    /// <param name="options">Validated options.</param>
    /// <param name="shape">Shape of pictures and views; 1 or 3 channels.</param>
    /// <exception cref="ArgumentOutOfRangeException">The shape has a side below 1, or neither 1 nor 3 channels.</exception>
    public ViewGenerator(AugmentationOptions options, ImageShape shape)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (shape.Height < 1 || shape.Width < 1 || shape.Channels is not (1 or 3))
        {
            throw new ArgumentOutOfRangeException(nameof(shape), shape, "Sides must be at least 1 and channels 1 (grey) or 3 (RGB).");
        }

        (_options, _shape) = (options, shape);
        _scratch = new ViewScratch(shape, options.BlurProbability > 0 ? GaussianBlur.RadiusOf(options.BlurMaxSigma) : 0);
        _crops = options.CropMinArea < 1;
        _warps = options.RotationDegrees > 0 || options.Translation > 0;
    }

    /// <summary>Writes the view that belongs to <paramref name="identity"/>.</summary>
    /// <param name="clean">The unaugmented picture, exactly the shape's bytes.</param>
    /// <param name="view">Receives the view, exactly the shape's bytes; must not overlap <paramref name="clean"/>.</param>
    /// <param name="identity">Names the view; the only source of randomness.</param>
    /// <exception cref="ArgumentException">A span has another length than the shape.</exception>
    public void Generate(ReadOnlySpan<byte> clean, Span<byte> view, in ViewIdentity identity)
    {
        if (clean.Length != _shape.ByteCount || view.Length != _shape.ByteCount)
        {
            throw new ArgumentException($"A view of shape {_shape} takes {_shape.ByteCount} bytes; clean has {clean.Length}, view has {view.Length}.", nameof(view));
        }

        ulong key = ViewRandom.KeyOf(identity);
        Crop(clean, view, key);
        Warp(view, key);
        if (Chance(key, ViewStep.Flip, _options.FlipProbability))
        {
            HorizontalFlip.Apply(view, _shape);
        }

        ColourJitter.Apply(view, _shape, _options, key);
        if (_shape.Channels == 3 && Chance(key, ViewStep.Greyscale, _options.GreyscaleProbability))
        {
            Greyscale.Apply(view);
        }

        Blur(view, key);
        Erase(view, key);
    }

    private static bool Chance(ulong key, ViewStep step, double probability) =>
        probability > 0 && new ViewRandom(key, step).NextChance(probability);

    private void Crop(ReadOnlySpan<byte> clean, Span<byte> view, ulong key)
    {
        if (!_crops)
        {
            clean.CopyTo(view);
            return;
        }

        var random = new ViewRandom(key, ViewStep.Crop);
        ResizedCrop.Apply(clean, _shape, CropBox.Draw(_shape, _options, ref random), view, _scratch);
    }

    private void Warp(Span<byte> view, ulong key)
    {
        if (!_warps)
        {
            return;
        }

        var random = new ViewRandom(key, ViewStep.Warp);
        double degrees = random.NextBetween(-_options.RotationDegrees, _options.RotationDegrees);
        double right = random.NextBetween(-_options.Translation, _options.Translation) * _shape.Width;
        double down = random.NextBetween(-_options.Translation, _options.Translation) * _shape.Height;
        view.CopyTo(_scratch.Picture);
        AffineWarp.Apply(_scratch.Picture, _shape, degrees, right, down, view);
    }

    private void Blur(Span<byte> view, ulong key)
    {
        var random = new ViewRandom(key, ViewStep.Blur);
        if (_options.BlurProbability > 0 && random.NextChance(_options.BlurProbability))
        {
            GaussianBlur.Apply(view, _shape, random.NextBetween(_options.BlurMinSigma, _options.BlurMaxSigma), _scratch);
        }
    }

    private void Erase(Span<byte> view, ulong key)
    {
        var random = new ViewRandom(key, ViewStep.Erase);
        if (_options.EraseProbability > 0
            && random.NextChance(_options.EraseProbability)
            && Erasing.TryDraw(_shape, _options.EraseMaxArea, ref random, out var box))
        {
            Erasing.Apply(view, _shape, box);
        }
    }
}
