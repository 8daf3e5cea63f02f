namespace StreamingContrastive.Augmentation.Text;

/// <summary>The stable names of everything that can be wrong with a text; metric tags and dead-letter headers carry them.</summary>
internal static class TextErrors
{
    public const string Stage = "decode";
    public const string EmptyText = nameof(EmptyText);
    public const string TextTooLong = nameof(TextTooLong);
    public const string BadUtf8 = nameof(BadUtf8);
    public const string NoWords = nameof(NoWords);

    /// <summary>A rejection of the decode stage.</summary>
    public static Rejection Reject(string errorType, string message) => new(Stage, errorType, message);
}
