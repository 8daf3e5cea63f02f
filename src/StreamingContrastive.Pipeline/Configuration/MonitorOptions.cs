using System.ComponentModel.DataAnnotations;

namespace StreamingContrastive.Pipeline.Configuration;

/// <summary>Online evaluation of the key encoder (learning.md section 4).</summary>
public sealed record MonitorOptions
{
    /// <summary>Name of the section in a pipeline file.</summary>
    public const string SectionName = "monitor";

    /// <summary>Topic of held-out records: labelled ones for kNN, of several parts for retrieval between these. Default: none, and neither.</summary>
    public string? HeldOutTopic { get; init; }

    /// <summary>Steps between two evaluations on the probe. Default 2,000.</summary>
    [Range(1, 100_000_000)]
    public int EverySteps { get; init; } = 2000;

    /// <summary>Labelled records of the stream, the first that come, that form the bank. Default 10,000.</summary>
    [Range(200, 1_000_000)]
    public int BankRecords { get; init; } = 10_000;

    /// <summary>Held-out records that are asked. Default 2,000.</summary>
    [Range(1, 1_000_000)]
    public int QueryRecords { get; init; } = 2000;
}
