using System.Text;
using Google.Protobuf;

namespace StreamingContrastive.Contracts;

/// <summary>
/// Writes and reads the messages of NAME.models. The key is the checkpoint's name, so that an announcement that is sent again
/// replaces itself and no other. Safe for use by many threads.
/// </summary>
public sealed class ModelAnnouncementCodec
{
    /// <summary>Longest value that <see cref="Decode"/> looks at, in bytes.</summary>
    public const int MaxValueBytes = 1024 * 1024;

    private const int Sha256Bytes = 32;

    private readonly WireFormat _format;
    private readonly CloudEventTemplate _template;

    /// <summary>Makes a writer.</summary>
    public ModelAnnouncementCodec(string pipeline, WireFormat format)
    {
        ArgumentException.ThrowIfNullOrEmpty(pipeline);
        _format = format is WireFormat.Protobuf or WireFormat.Json
            ? format
            : throw new ArgumentOutOfRangeException(nameof(format), format, "Announcements are written as Protobuf or Json.");
        _template = new CloudEventTemplate(pipeline, EventTypes.ModelVersion, format);
    }

    /// <summary>Encodes an announcement; its id is PIPELINE/EPOCH/VERSION.</summary>
    /// <exception cref="ArgumentException">A number is negative or the digest is not 64 hexadecimal digits.</exception>
    public EncodedMessage Encode(ModelAnnouncement announcement)
    {
        ArgumentNullException.ThrowIfNull(announcement);
        ArgumentOutOfRangeException.ThrowIfNegative(announcement.Version);
        ArgumentOutOfRangeException.ThrowIfNegative(announcement.LineageEpoch);
        ArgumentOutOfRangeException.ThrowIfNegative(announcement.Step);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(announcement.Dimension);
        ArgumentException.ThrowIfNullOrEmpty(announcement.Checkpoint);
        Wire.ModelVersion wire = ToWire(announcement);
        byte[] value = _format == WireFormat.Json ? ModelJson.Encode(announcement) : wire.ToByteArray();
        string id = EmbeddingIds.OfModel(announcement.Pipeline, announcement.LineageEpoch, announcement.Version);
        List<RecordHeader> headers = _template.Begin(id, announcement.CreatedUnixMs, 4);
        headers.Add(RecordHeaderExtensions.Number(HeaderNames.ModelVersion, announcement.Version));
        headers.Add(RecordHeaderExtensions.Text(HeaderNames.SpaceId, announcement.SpaceId));
        headers.Add(RecordHeaderExtensions.Number(HeaderNames.LineageEpoch, announcement.LineageEpoch));
        headers.Add(RecordHeaderExtensions.Number(HeaderNames.Step, announcement.Step));
        return new EncodedMessage(Encoding.UTF8.GetBytes(announcement.Checkpoint), value, headers, announcement.CreatedUnixMs);
    }

    /// <summary>Reads a message in the format that its content-type header names.</summary>
    /// <exception cref="WireFormatException">The message is not what the contract says.</exception>
    public static ModelAnnouncement Decode(byte[]? value, IReadOnlyList<RecordHeader> headers)
    {
        if (value is null)
        {
            throw new WireFormatException("The message has no value; an announcement is never taken back.");
        }

        WireParsing.Limit(value, MaxValueBytes);
        return MediaTypes.Parse(headers.FindText(HeaderNames.ContentType)) switch
        {
            WireFormat.Json => ModelJson.Decode(value),
            WireFormat.Protobuf => FromWire(WireParsing.Parse(Wire.ModelVersion.Parser, value)),
            _ => throw new WireFormatException($"The content type is {MediaTypes.QdrantPoint}; announcements are {MediaTypes.Protobuf} or {MediaTypes.Json}."),
        };
    }

    private static Wire.ModelVersion ToWire(ModelAnnouncement announcement)
    {
        var wire = new Wire.ModelVersion
        {
            Pipeline = announcement.Pipeline,
            Version = (ulong)announcement.Version,
            SpaceId = announcement.SpaceId,
            LineageEpoch = (ulong)announcement.LineageEpoch,
            Step = (ulong)announcement.Step,
            Checkpoint = announcement.Checkpoint,
            ManifestSha256 = ByteString.CopyFrom(Digest(announcement.ManifestSha256)),
            Dimension = (uint)announcement.Dimension,
            CreatedUnixMs = announcement.CreatedUnixMs,
            Atomic = announcement.Atomic,
        };
        if (announcement.Parent is { } parent)
        {
            wire.Parent = parent;
        }

        if (announcement.BranchedFrom is { } branch)
        {
            wire.BranchedFrom = new Wire.BranchPoint { LineageEpoch = (ulong)branch.LineageEpoch, Step = (ulong)branch.Step, Checkpoint = branch.Checkpoint };
        }

        foreach (SourceOffset offset in announcement.SourceOffsets)
        {
            wire.SourceOffsets.Add(new Wire.SourceOffset { Topic = offset.Topic, Partition = offset.Partition, NextOffset = offset.NextOffset });
        }

        return wire;
    }

    private static ModelAnnouncement FromWire(Wire.ModelVersion wire) => new()
    {
        Pipeline = wire.Pipeline,
        Version = WireParsing.Int64(wire.Version, "version"),
        SpaceId = wire.SpaceId,
        LineageEpoch = WireParsing.Int64(wire.LineageEpoch, "lineage_epoch"),
        Step = WireParsing.Int64(wire.Step, "step"),
        Checkpoint = wire.Checkpoint,
        Parent = wire.HasParent ? wire.Parent : null,
        BranchedFrom = wire.BranchedFrom is { } branch
            ? new BranchPoint(WireParsing.Int64(branch.LineageEpoch, "branched_from.lineage_epoch"), WireParsing.Int64(branch.Step, "branched_from.step"), branch.Checkpoint)
            : null,
        Atomic = wire.Atomic,
        ManifestSha256 = Convert.ToHexStringLower(wire.ManifestSha256.Span),
        Dimension = wire.Dimension <= int.MaxValue
            ? (int)wire.Dimension
            : throw new WireFormatException($"The field dimension is {wire.Dimension}; at most {int.MaxValue} is allowed."),
        SourceOffsets = [.. wire.SourceOffsets.Select(o => new SourceOffset(o.Topic, o.Partition, o.NextOffset))],
        CreatedUnixMs = wire.CreatedUnixMs,
    };

    private static byte[] Digest(string hex) => hex.Length == 2 * Sha256Bytes && hex.All(char.IsAsciiHexDigitLower)
        ? Convert.FromHexString(hex)
        : throw new ArgumentException($"The manifest's digest is '{hex}'; {2 * Sha256Bytes} lower-case hexadecimal digits are expected.", nameof(hex));
}
