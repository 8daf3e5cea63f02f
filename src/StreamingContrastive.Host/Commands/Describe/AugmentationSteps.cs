using StreamingContrastive.Augmentation;

namespace StreamingContrastive.Host.Commands.Describe;

/// <summary>Describes the steps of a view, in the order in which they are applied; steps at their neutral value are left out.</summary>
internal static class AugmentationSteps
{
    /// <summary>One line a step that can change a picture with so many channels.</summary>
    public static IEnumerable<string> Of(AugmentationOptions o, int channels)
    {
        if (o.CropMinArea < 1)
        {
            yield return FormattableString.Invariant($"crop       area {o.CropMinArea:0.###} to {o.CropMaxArea:0.###}, aspect up to {o.CropMaxAspect:0.###}, resized back");
        }

        if (o.FlipProbability > 0)
        {
            yield return FormattableString.Invariant($"flip       probability {o.FlipProbability:0.###}");
        }

        if (o.RotationDegrees > 0)
        {
            yield return FormattableString.Invariant($"rotate     up to {o.RotationDegrees:0.###} degrees");
        }

        if (o.Translation > 0)
        {
            yield return FormattableString.Invariant($"translate  up to {o.Translation:0.###} of the side");
        }

        if (Jitter(o, channels) is { Length: > 0 } jitter)
        {
            yield return FormattableString.Invariant($"jitter     probability {o.JitterProbability:0.###}: {jitter}");
        }

        if (channels == 3 && o.GreyscaleProbability > 0)
        {
            yield return FormattableString.Invariant($"greyscale  probability {o.GreyscaleProbability:0.###}");
        }

        if (o.BlurProbability > 0)
        {
            yield return FormattableString.Invariant($"blur       probability {o.BlurProbability:0.###}, sigma {o.BlurMinSigma:0.###} to {o.BlurMaxSigma:0.###} pixels");
        }

        if (o.EraseProbability > 0)
        {
            yield return FormattableString.Invariant($"erase      probability {o.EraseProbability:0.###}, area up to {o.EraseMaxArea:0.###}");
        }
    }

    private static string Jitter(AugmentationOptions o, int channels)
    {
        (string Name, double Strength, bool ColourOnly)[] parts =
            [("brightness", o.Brightness, false), ("contrast", o.Contrast, false), ("saturation", o.Saturation, true), ("hue", o.Hue, true)];
        return o.JitterProbability > 0
            ? string.Join(", ", parts.Where(p => p.Strength > 0 && (channels == 3 || !p.ColourOnly)).Select(p => FormattableString.Invariant($"{p.Name} {p.Strength:0.###}")))
            : "";
    }
}
