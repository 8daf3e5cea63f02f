using System.Globalization;
using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.Pipeline.Hosting;

/// <summary>Where a pipeline is sent on purpose.</summary>
public abstract record ResetTarget
{
    private ResetTarget()
    {
    }

    /// <summary>What can be written after --to.</summary>
    public const string Allowed = "earliest, latest, an offset such as 1200, a time such as 2026-01-31T12:00:00Z, or a checkpoint such as 0000000001-000000000200";

    /// <summary>Weights, queue and offsets of a checkpoint.</summary>
    public sealed record Checkpoint(CheckpointName Name) : ResetTarget;

    /// <summary>The newest weights; the oldest records that the topic holds.</summary>
    public sealed record Earliest : ResetTarget;

    /// <summary>The newest weights; the end of the topic.</summary>
    public sealed record Latest : ResetTarget;

    /// <summary>The newest weights; this offset.</summary>
    public sealed record Offset(long Value) : ResetTarget;

    /// <summary>The newest weights; the first records that are not older than this.</summary>
    public sealed record Time(DateTimeOffset Value) : ResetTarget;

    /// <summary>Reads what stands after --to; null when it is none of <see cref="Allowed"/>. A time without a zone is UTC.</summary>
    public static ResetTarget? Parse(string text) => text switch
    {
        "earliest" => new Earliest(),
        "latest" => new Latest(),
        _ when CheckpointName.TryParse(text, out var name) => new Checkpoint(name),
        _ when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) => new Offset(offset),
        _ when StartsWithDate(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => new Time(time),
        _ => null,
    };

    // The parser for times would also take "1-2" for a day of this year.
    private static bool StartsWithDate(string text) => text.Length >= 10 && text[..4].All(char.IsAsciiDigit) && text[4] == '-' && text[7] == '-';
}
