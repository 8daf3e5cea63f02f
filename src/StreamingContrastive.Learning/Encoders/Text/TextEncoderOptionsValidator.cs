namespace StreamingContrastive.Learning.Encoders.Text;

/// <summary>The rules of <see cref="TextEncoderOptions"/> that one attribute cannot say.</summary>
public static class TextEncoderOptionsValidator
{
    /// <summary>Heads that do not divide the dimension; null when all is well.</summary>
    /// <param name="options">The options.</param>
    /// <param name="section">The encoder section, such as <c>encoder</c>.</param>
    public static string? Heads(TextEncoderOptions options, string section = EncoderOptions.SectionName)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Architecture == TextArchitecture.Transformer && options.Dimension % options.Heads != 0
            ? $"{section}:text:heads = {options.Heads} does not divide {section}:text:dimension = {options.Dimension}: every head takes an equal part. Take {Divisor(options)} heads, or a dimension that is a multiple of {options.Heads}."
            : null;
    }

    /// <summary>An odd dimension for positions that come in pairs of sine and cosine; null when all is well.</summary>
    /// <param name="options">The options.</param>
    /// <param name="section">The encoder section, such as <c>encoder</c>.</param>
    public static string? Dimension(TextEncoderOptions options, string section = EncoderOptions.SectionName)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Architecture == TextArchitecture.Transformer && options.Dimension % 2 != 0
            ? $"{section}:text:dimension = {options.Dimension} is odd, but the transformer's positions are pairs of sine and cosine. Take {options.Dimension + 1}."
            : null;
    }

    /// <summary>Refuses options that make no backbone; a pipeline file is checked before, with the place of each value.</summary>
    internal static void Require(TextEncoderOptions options)
    {
        if ((Dimension(options) ?? Heads(options)) is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }
    }

    private static int Divisor(TextEncoderOptions options) =>
        Enumerable.Range(1, options.Heads).Last(heads => options.Dimension % heads == 0);
}
