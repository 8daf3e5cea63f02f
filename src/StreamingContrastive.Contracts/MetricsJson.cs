using System.Text.Json;

namespace StreamingContrastive.Contracts;

/// <summary>
/// The JSON form of metrics: the fields of metrics.proto in camel case. JSON has no NaN: a value that is not finite is null.
/// </summary>
internal static class MetricsJson
{
    public static byte[] Encode(MetricsRecord record) => JsonSerializer.SerializeToUtf8Bytes(
        new MetricsDocument
        {
            Pipeline = record.Pipeline,
            LineageEpoch = record.LineageEpoch,
            Step = record.Step,
            ModelVersion = record.ModelVersion,
            TimeUnixMs = record.TimeUnixMs,
            RecordsConsumed = record.Counters.Consumed,
            RecordsTrained = record.Counters.Trained,
            RecordsDeadLettered = record.Counters.DeadLettered,
            Tombstones = record.Counters.Tombstones,
            EmbeddingsPublished = record.Counters.EmbeddingsPublished,
            GapOffsets = record.Counters.GapOffsets,
            Values = record.Values.ToDictionary(v => v.Key, v => double.IsFinite(v.Value) ? v.Value : (double?)null),
        },
        ContractJsonContext.Default.MetricsDocument);

    public static MetricsRecord Decode(byte[] value)
    {
        MetricsDocument document = JsonParsing.Parse(value, ContractJsonContext.Default.MetricsDocument);
        return new MetricsRecord
        {
            Pipeline = document.Pipeline,
            LineageEpoch = document.LineageEpoch,
            Step = document.Step,
            ModelVersion = document.ModelVersion,
            TimeUnixMs = document.TimeUnixMs,
            Counters = new RecordCounters(
                document.RecordsConsumed,
                document.RecordsTrained,
                document.RecordsDeadLettered,
                document.Tombstones,
                document.EmbeddingsPublished,
                document.GapOffsets),
            Values = document.Values.ToDictionary(v => v.Key, v => v.Value ?? double.NaN),
        };
    }
}

/// <summary>Metrics as JSON. Fields that a later release adds must not be required.</summary>
internal sealed record MetricsDocument
{
    public required string Pipeline { get; init; }

    public required long LineageEpoch { get; init; }

    public required long Step { get; init; }

    public required long ModelVersion { get; init; }

    public required long TimeUnixMs { get; init; }

    public required long RecordsConsumed { get; init; }

    public required long RecordsTrained { get; init; }

    public required long RecordsDeadLettered { get; init; }

    public required long Tombstones { get; init; }

    public required long EmbeddingsPublished { get; init; }

    public required long GapOffsets { get; init; }

    public required Dictionary<string, double?> Values { get; init; }
}
