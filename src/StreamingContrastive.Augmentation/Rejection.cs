namespace StreamingContrastive.Augmentation;

/// <summary>Why a record cannot be trained on. The words go into the dead letter's headers: they name value, limit and mend.</summary>
/// <param name="Stage">decode, validate or augment.</param>
/// <param name="ErrorType">A short, stable, low-cardinality name such as <c>TruncatedPicture</c>; used as a metric tag.</param>
/// <param name="Message">One sentence for a person.</param>
public sealed record Rejection(string Stage, string ErrorType, string Message);
