namespace StreamingContrastive.Augmentation.Decoding;

/// <summary>The stable names of everything that can be wrong with a value; metric tags and dead-letter headers carry them.</summary>
internal static class DecodeErrors
{
    public const string Stage = "decode";
    public const string EmptyValue = nameof(EmptyValue);
    public const string ValueTooLarge = nameof(ValueTooLarge);
    public const string WrongLength = nameof(WrongLength);
    public const string UnknownFormat = nameof(UnknownFormat);
    public const string PictureTooLarge = nameof(PictureTooLarge);
    public const string TruncatedPicture = nameof(TruncatedPicture);
    public const string BadPicture = nameof(BadPicture);
    public const string BadJson = nameof(BadJson);
    public const string MissingField = nameof(MissingField);
    public const string BadField = nameof(BadField);

    /// <summary>A rejection of the decode stage.</summary>
    public static Rejection Reject(string errorType, string message) => new(Stage, errorType, message);
}
