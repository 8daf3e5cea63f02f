namespace StreamingContrastive.Augmentation;

/// <summary>The rules of <see cref="PayloadOptions"/> that one attribute cannot say. Ranges are checked by their attributes.</summary>
public static class PayloadOptionsValidator
{
    /// <summary>One sentence for each broken rule: the key, its value, what is allowed. Empty when all is well.</summary>
    /// <param name="options">The options.</param>
    /// <param name="sectionPath">Path of the section, e.g. <c>payload</c>.</param>
    public static IEnumerable<string> Validate(PayloadOptions options, string sectionPath)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Iterate(options, sectionPath);
    }

    private static IEnumerable<string> Iterate(PayloadOptions options, string sectionPath)
    {
        if (!Enum.IsDefined(options.Format))
        {
            yield return $"{sectionPath}:format is {options.Format}; it must be raw, image or json.";
        }

        long rawBytes = (long)options.Height * options.Width * options.Channels;
        if (options.Format == PayloadFormat.Raw && options.MaxValueBytes < rawBytes)
        {
            yield return $"{sectionPath}:maxValueBytes is {options.MaxValueBytes}; a raw picture of {options.Height}x{options.Width}x{options.Channels} has {rawBytes} bytes, so it must be at least that.";
        }

        if (options.Format == PayloadFormat.Json && string.IsNullOrWhiteSpace(options.JsonField))
        {
            yield return $"{sectionPath}:jsonField is \"{options.JsonField}\"; with format json it must name the field that holds the picture, for example image.";
        }
    }
}
