using StreamingContrastive.Contracts.Records;

namespace StreamingContrastive.Augmentation.Parts;

/// <summary>What can be wrong with a record of several parts, beside what can be wrong with a part's data.</summary>
internal static class PartErrors
{
    public const string BadRecord = nameof(BadRecord);
    public const string UnknownPart = nameof(UnknownPart);
    public const string PartTwice = nameof(PartTwice);
    public const string WrongMediaType = nameof(WrongMediaType);
    public const string MissingPart = nameof(MissingPart);
    public const string NoPart = nameof(NoPart);

    private const string Stage = "validate";

    /// <summary>A record that is not what its format says.</summary>
    public static Rejection Decode(string errorType, string message) => new(Decoding.DecodeErrors.Stage, errorType, message);

    /// <summary>A name that the pipeline file does not have.</summary>
    public static Rejection Unknown(string name, IEnumerable<PartPlan> parts) =>
        new(Stage, UnknownPart, $"Part \"{Safe(name)}\" is unknown; the parts of this pipeline are {string.Join(", ", parts.Select(p => p.Row.Name))} (input:parts). Name it so, add it to the pipeline file, or set input:unknownParts to ignore.");

    /// <summary>A name that stands there twice.</summary>
    public static Rejection Twice(string name) => new(Stage, PartTwice, $"Part \"{name}\" is there twice; a record has each part once.");

    /// <summary>A media type that does not fit the part.</summary>
    public static Rejection MediaType(NamedPart part, string allowed) =>
        new(Stage, WrongMediaType, $"Part \"{part.Name}\" has the media type \"{Safe(part.MediaType)}\"; allowed here is {allowed}, or none.");

    /// <summary>A part that the policy insists on.</summary>
    public static Rejection Missing(string name) =>
        new(Stage, MissingPart, $"Part \"{name}\" is missing and input:onMissingPart is deadLetter; send it, make the part optional, or set input:onMissingPart to train.");

    /// <summary>Nothing that could be learned from.</summary>
    public static Rejection None(IEnumerable<PartPlan> parts) =>
        new(Stage, NoPart, $"The record has none of the parts {string.Join(", ", parts.Select(p => p.Row.Name))}. Send at least one, or a null value to delete the key.");

    // The words end in headers, logs and terminals: anybody's bytes must not be obeyed there.
    private static string Safe(string text) => string.Concat(text.Take(48).Select(c => c is >= ' ' and <= '~' ? c : '?'));
}
