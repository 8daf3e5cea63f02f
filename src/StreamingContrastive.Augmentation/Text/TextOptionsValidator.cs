namespace StreamingContrastive.Augmentation.Text;

/// <summary>The rules of <see cref="TextOptions"/> that one attribute cannot say. Ranges are checked by their attributes.</summary>
public static class TextOptionsValidator
{
    /// <summary>One sentence for each broken rule: the key, its value, what is allowed. Empty when all is well.</summary>
    /// <param name="options">The options.</param>
    /// <param name="sectionPath">Path of the section, e.g. <c>text</c>.</param>
    public static IEnumerable<string> Validate(TextOptions options, string sectionPath)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Iterate(options, sectionPath);
    }

    private static IEnumerable<string> Iterate(TextOptions options, string sectionPath)
    {
        if (options.LongestNgram > 0 && options.ShortestNgram > options.LongestNgram)
        {
            yield return $"{sectionPath}:shortestNgram is {options.ShortestNgram}; it must be at most {sectionPath}:longestNgram, which is {options.LongestNgram}. Set longestNgram to 0 for whole words only.";
        }
    }
}
