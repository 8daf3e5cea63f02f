using System.Globalization;

namespace StreamingContrastive.Augmentation;

/// <summary>The rules of <see cref="AugmentationOptions"/> that one attribute cannot say. Ranges are checked by their attributes.</summary>
public static class AugmentationOptionsValidator
{
    /// <summary>One sentence for each broken rule: the key, its value, what is allowed. Empty when all is well.</summary>
    /// <param name="options">The options.</param>
    /// <param name="sectionPath">Path of the section, e.g. <c>augmentation</c>.</param>
    public static IEnumerable<string> Validate(AugmentationOptions options, string sectionPath)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Iterate(options, sectionPath);
    }

    private static IEnumerable<string> Iterate(AugmentationOptions options, string sectionPath)
    {
        if (options.CropMinArea > options.CropMaxArea)
        {
            yield return $"{sectionPath}:cropMinArea is {Text(options.CropMinArea)}; it must be at most {sectionPath}:cropMaxArea, which is {Text(options.CropMaxArea)}.";
        }

        if (options.BlurMinSigma > options.BlurMaxSigma)
        {
            yield return $"{sectionPath}:blurMinSigma is {Text(options.BlurMinSigma)}; it must be at most {sectionPath}:blurMaxSigma, which is {Text(options.BlurMaxSigma)}.";
        }
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
