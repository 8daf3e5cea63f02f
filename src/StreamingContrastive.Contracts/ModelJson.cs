using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamingContrastive.Contracts;

/// <summary>The JSON form of an announcement: the fields of model.proto in camel case, the digest in hexadecimal.</summary>
internal static class ModelJson
{
    public static byte[] Encode(ModelAnnouncement a) => JsonSerializer.SerializeToUtf8Bytes(
        new ModelDocument
        {
            Pipeline = a.Pipeline,
            Version = a.Version,
            SpaceId = a.SpaceId,
            LineageEpoch = a.LineageEpoch,
            Step = a.Step,
            Checkpoint = a.Checkpoint,
            Parent = a.Parent,
            BranchedFrom = a.BranchedFrom,
            Atomic = a.Atomic,
            ManifestSha256 = a.ManifestSha256,
            Dimension = a.Dimension,
            SourceOffsets = a.SourceOffsets,
            CreatedUnixMs = a.CreatedUnixMs,
        },
        ContractJsonContext.Default.ModelDocument);

    public static ModelAnnouncement Decode(byte[] value)
    {
        ModelDocument document = JsonParsing.Parse(value, ContractJsonContext.Default.ModelDocument);
        return new ModelAnnouncement
        {
            Pipeline = document.Pipeline,
            Version = document.Version,
            SpaceId = document.SpaceId,
            LineageEpoch = document.LineageEpoch,
            Step = document.Step,
            Checkpoint = document.Checkpoint,
            Parent = document.Parent,
            BranchedFrom = document.BranchedFrom,
            Atomic = document.Atomic,
            ManifestSha256 = document.ManifestSha256,
            Dimension = document.Dimension,
            SourceOffsets = document.SourceOffsets,
            CreatedUnixMs = document.CreatedUnixMs,
        };
    }
}

/// <summary>An announcement as JSON. Fields that a later release adds must not be required.</summary>
internal sealed record ModelDocument
{
    public required string Pipeline { get; init; }

    public required long Version { get; init; }

    public required string SpaceId { get; init; }

    public required long LineageEpoch { get; init; }

    public required long Step { get; init; }

    public required string Checkpoint { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Parent { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BranchPoint? BranchedFrom { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Atomic { get; init; }

    public required string ManifestSha256 { get; init; }

    public required int Dimension { get; init; }

    public required IReadOnlyList<SourceOffset> SourceOffsets { get; init; }

    public required long CreatedUnixMs { get; init; }
}
