using System.ComponentModel.DataAnnotations;

namespace StreamingContrastive.Pipeline.Configuration;

/// <summary>Where and how often weights, queue, offsets and outbox are made durable together.</summary>
public sealed record CheckpointOptions
{
    /// <summary>Name of the section in a pipeline file.</summary>
    public const string SectionName = "checkpoint";

    /// <summary>Directory; created when missing. Default state/NAME below the working directory.</summary>
    public string? Directory { get; init; }

    /// <summary>Longest time between checkpoints. Default 10 s.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most records between checkpoints. Default 5,000.</summary>
    [Range(1, 100_000_000)]
    public int EveryRecords { get; init; } = 5000;

    /// <summary>Checkpoints that are kept. Default 3. The newest healthy one and the one that this start went on from are kept beside them.</summary>
    [Range(2, 10_000)]
    public int Keep { get; init; } = 3;

    /// <summary>
    /// Announced checkpoints that are kept, the newest of them, those that a restore or reset took back included. Whoever reads the newest
    /// announcement in NAME.models has one checkpoint interval less than that to load it: by default five of 10 s or 5,000 records. Default 6.
    /// </summary>
    [Range(1, 10_000)]
    public int KeepAnnounced { get; init; } = 6;
}
