using System.Text;
using Google.Protobuf;

namespace StreamingContrastive.Contracts;

/// <summary>Writes and reads the messages of NAME.metrics. The key is the pipeline's name. Safe for use by many threads.</summary>
public sealed class MetricsCodec
{
    /// <summary>Longest value that <see cref="Decode"/> looks at, in bytes.</summary>
    public const int MaxValueBytes = 1024 * 1024;

    private readonly WireFormat _format;
    private readonly CloudEventTemplate _template;
    private readonly byte[] _key;

    /// <summary>Makes a writer.</summary>
    public MetricsCodec(string pipeline, WireFormat format)
    {
        ArgumentException.ThrowIfNullOrEmpty(pipeline);
        _format = format is WireFormat.Protobuf or WireFormat.Json
            ? format
            : throw new ArgumentOutOfRangeException(nameof(format), format, "Metrics are written as Protobuf or Json.");
        _template = new CloudEventTemplate(pipeline, EventTypes.Metrics, format);
        _key = Encoding.UTF8.GetBytes(pipeline);
    }

    /// <summary>Encodes a record; its id is PIPELINE/EPOCH/STEP.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public EncodedMessage Encode(MetricsRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        Check(record);
        byte[] value = _format == WireFormat.Json ? MetricsJson.Encode(record) : ToWire(record).ToByteArray();
        string id = EmbeddingIds.OfMetrics(record.Pipeline, record.LineageEpoch, record.Step);
        List<RecordHeader> headers = _template.Begin(id, record.TimeUnixMs, 3);
        headers.Add(RecordHeaderExtensions.Number(HeaderNames.ModelVersion, record.ModelVersion));
        headers.Add(RecordHeaderExtensions.Number(HeaderNames.LineageEpoch, record.LineageEpoch));
        headers.Add(RecordHeaderExtensions.Number(HeaderNames.Step, record.Step));
        return new EncodedMessage(_key, value, headers, record.TimeUnixMs);
    }

    /// <summary>Reads a message in the format that its content-type header names.</summary>
    /// <exception cref="WireFormatException">The message is not what the contract says.</exception>
    public static MetricsRecord Decode(byte[]? value, IReadOnlyList<RecordHeader> headers)
    {
        if (value is null)
        {
            throw new WireFormatException("The message has no value; a metrics topic holds no tombstones.");
        }

        WireParsing.Limit(value, MaxValueBytes);
        return MediaTypes.Parse(headers.FindText(HeaderNames.ContentType)) switch
        {
            WireFormat.Json => MetricsJson.Decode(value),
            WireFormat.Protobuf => FromWire(WireParsing.Parse(Wire.Metrics.Parser, value)),
            _ => throw new WireFormatException($"The content type is {MediaTypes.QdrantPoint}; metrics are {MediaTypes.Protobuf} or {MediaTypes.Json}."),
        };
    }

    private static void Check(MetricsRecord record)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(record.LineageEpoch);
        ArgumentOutOfRangeException.ThrowIfNegative(record.Step);
        ArgumentOutOfRangeException.ThrowIfNegative(record.ModelVersion);
        ArgumentOutOfRangeException.ThrowIfNegative(record.TimeUnixMs);
        ArgumentOutOfRangeException.ThrowIfNegative(record.Counters.Consumed);
        ArgumentOutOfRangeException.ThrowIfNegative(record.Counters.Trained);
        ArgumentOutOfRangeException.ThrowIfNegative(record.Counters.DeadLettered);
        ArgumentOutOfRangeException.ThrowIfNegative(record.Counters.Tombstones);
        ArgumentOutOfRangeException.ThrowIfNegative(record.Counters.EmbeddingsPublished);
        ArgumentOutOfRangeException.ThrowIfNegative(record.Counters.GapOffsets);
    }

    private static Wire.Metrics ToWire(MetricsRecord record)
    {
        var wire = new Wire.Metrics
        {
            Pipeline = record.Pipeline,
            LineageEpoch = (ulong)record.LineageEpoch,
            Step = (ulong)record.Step,
            ModelVersion = (ulong)record.ModelVersion,
            TimeUnixMs = record.TimeUnixMs,
            RecordsConsumed = (ulong)record.Counters.Consumed,
            RecordsTrained = (ulong)record.Counters.Trained,
            RecordsDeadLettered = (ulong)record.Counters.DeadLettered,
            Tombstones = (ulong)record.Counters.Tombstones,
            EmbeddingsPublished = (ulong)record.Counters.EmbeddingsPublished,
            GapOffsets = (ulong)record.Counters.GapOffsets,
        };
        foreach ((string name, double value) in record.Values)
        {
            wire.Values.Add(name, value);
        }

        return wire;
    }

    private static MetricsRecord FromWire(Wire.Metrics wire) => new()
    {
        Pipeline = wire.Pipeline,
        LineageEpoch = WireParsing.Int64(wire.LineageEpoch, "lineage_epoch"),
        Step = WireParsing.Int64(wire.Step, "step"),
        ModelVersion = WireParsing.Int64(wire.ModelVersion, "model_version"),
        TimeUnixMs = wire.TimeUnixMs,
        Counters = new RecordCounters(
            WireParsing.Int64(wire.RecordsConsumed, "records_consumed"),
            WireParsing.Int64(wire.RecordsTrained, "records_trained"),
            WireParsing.Int64(wire.RecordsDeadLettered, "records_dead_lettered"),
            WireParsing.Int64(wire.Tombstones, "tombstones"),
            WireParsing.Int64(wire.EmbeddingsPublished, "embeddings_published"),
            WireParsing.Int64(wire.GapOffsets, "gap_offsets")),
        Values = new Dictionary<string, double>(wire.Values),
    };
}
