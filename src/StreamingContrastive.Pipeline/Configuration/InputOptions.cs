using System.ComponentModel.DataAnnotations;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Contracts.Rows;

namespace StreamingContrastive.Pipeline.Configuration;

/// <summary>What to do with a record whose key is null.</summary>
public enum NullKeyPolicy
{
    /// <summary>Its topic, partition and offset become its id.</summary>
    Position,

    /// <summary>It goes to the dead-letter topic.</summary>
    DeadLetter,
}

/// <summary>How a record of several parts is written.</summary>
public enum RecordFormat
{
    /// <summary>topology/contracts/record.proto, Record.</summary>
    Protobuf,

    /// <summary>A JSON object with a field a part: a picture as base64, a text as a string.</summary>
    Json,
}

/// <summary>What to do with a record that lacks a part which is not optional.</summary>
public enum MissingPartPolicy
{
    /// <summary>What there is of it is trained on; counted.</summary>
    Train,

    /// <summary>It goes to the dead-letter topic.</summary>
    DeadLetter,
}

/// <summary>What to do with a part of a record that <see cref="InputOptions.Parts"/> does not name.</summary>
public enum UnknownPartPolicy
{
    /// <summary>The record goes to the dead-letter topic.</summary>
    Refuse,

    /// <summary>The part is skipped; counted.</summary>
    Ignore,
}

/// <summary>What to do when the topic no longer holds the next offset.</summary>
public enum GapPolicy
{
    /// <summary>Stop with a message that names the gap.</summary>
    Fail,

    /// <summary>Go on at the oldest offset; the gap is counted.</summary>
    Earliest,

    /// <summary>Go on at the end of the topic; the gap is counted.</summary>
    Latest,
}

/// <summary>Where a partition that no checkpoint knows begins.</summary>
public enum StartPosition
{
    /// <summary>Its oldest record.</summary>
    Earliest,

    /// <summary>Its end at the time of the first start.</summary>
    Latest,
}

/// <summary>The topics that are consumed and how their records are read.</summary>
public sealed record InputOptions
{
    /// <summary>Name of the section in a pipeline file.</summary>
    public const string SectionName = "input";

    /// <summary>Topic to consume. Default records.</summary>
    [Required]
    public string Topic { get; init; } = "records";

    /// <summary>Consumer group. Default: the pipeline's name.</summary>
    public string? GroupId { get; init; }

    /// <summary>Static member id (group.instance.id): a quick restart keeps its partitions. Default: none.</summary>
    public string? GroupInstanceId { get; init; }

    /// <summary>How the value is written, and its limits; with <see cref="Parts"/>, each part has its own.</summary>
    public PayloadOptions Payload { get; init; } = new();

    /// <summary>Parts of a record, in the order of the row. Default none: the value is one picture, as <see cref="Payload"/> says.</summary>
    public IReadOnlyList<PartOptions> Parts { get; init; } = [];

    /// <summary>How a record of several parts is written. Default protobuf.</summary>
    public RecordFormat Format { get; init; } = RecordFormat.Protobuf;

    /// <summary>Longest record of several parts that is looked at, in bytes; its parts have limits of their own. Default 8 MiB.</summary>
    [Range(1, 64 * 1024 * 1024)]
    public int MaxRecordBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Records that lack a part which is not optional. Default train; a record without any part is always refused.</summary>
    public MissingPartPolicy OnMissingPart { get; init; } = MissingPartPolicy.Train;

    /// <summary>
    /// Parts of a record that the pipeline does not name, in hard negatives too. Default refuse; ignore skips and counts them, for a pipeline that
    /// wants some of the parts that a topic's records have. A mistyped name is skipped as well then, and only the count tells.
    /// </summary>
    public UnknownPartPolicy UnknownParts { get; init; } = UnknownPartPolicy.Refuse;

    /// <summary>Hard negatives that a record may name by the key of another record, in its value or in headers hard-negative-of: the first so many. Default 0: they are not looked at.</summary>
    [Range(0, 64)]
    public int References { get; init; }

    /// <summary>Header with the class as a decimal number. Default label.</summary>
    [Required]
    public string LabelHeader { get; init; } = "label";

    /// <summary>Null keys. Default Position.</summary>
    public NullKeyPolicy NullKey { get; init; } = NullKeyPolicy.Position;

    /// <summary>Offsets that are gone. Default Fail.</summary>
    public GapPolicy OnGap { get; init; } = GapPolicy.Fail;

    /// <summary>Partitions that no checkpoint knows. Default Earliest.</summary>
    public StartPosition Start { get; init; } = StartPosition.Earliest;

    /// <summary>Records between the consumer and the trainer, all stages together; at least the batch. Default 2048.</summary>
    [Range(64, 1_000_000)]
    public int MaxInFlightRecords { get; init; } = 2048;

    /// <summary>Names of the parts where there are several, each with a topic of embeddings; null where all vectors go to one topic.</summary>
    public IReadOnlyList<string>? PublishedParts => Parts.Count > 1 ? [.. Parts.Select(p => p.Name)] : null;

    /// <summary>The pictures of the first part; null where that one is a text.</summary>
    public PayloadOptions? FirstPictures => Parts.Count == 0 ? Payload : Parts[0].Kind == PartKind.Picture ? Parts[0].Payload : null;

    /// <summary>What is inside a row between augmentation and trainer.</summary>
    public RowLayout Layout => Parts.Count == 0
        ? RowLayout.OnePicture(Payload.Height, Payload.Width, Payload.Channels)
        : new RowLayout([.. Parts.Select(p => p.Row)]) { References = References };
}
