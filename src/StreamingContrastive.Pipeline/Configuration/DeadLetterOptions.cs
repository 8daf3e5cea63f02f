using System.ComponentModel.DataAnnotations;

namespace StreamingContrastive.Pipeline.Configuration;

/// <summary>What happens to a record that cannot be trained on.</summary>
public enum BadRecordPolicy
{
    /// <summary>It goes to the dead-letter topic, acknowledged before its offset passes.</summary>
    DeadLetter,

    /// <summary>The pipeline stops with a message that names the record.</summary>
    Fail,
}

/// <summary>Bad input.</summary>
public sealed record DeadLetterOptions
{
    /// <summary>Name of the section in a pipeline file.</summary>
    public const string SectionName = "deadLetters";

    /// <summary>Policy. Default DeadLetter.</summary>
    public BadRecordPolicy Policy { get; init; } = BadRecordPolicy.DeadLetter;

    /// <summary>Share of the last <see cref="WindowRecords"/> above which the pipeline stops. Default 0.5.</summary>
    [Range(0.0, 1.0)]
    public double MaxShare { get; init; } = 0.5;

    /// <summary>Records of the window. Default 1,000.</summary>
    [Range(10, 1_000_000)]
    public int WindowRecords { get; init; } = 1000;
}
