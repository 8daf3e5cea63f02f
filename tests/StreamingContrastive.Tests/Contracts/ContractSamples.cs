using StreamingContrastive.Contracts;

namespace StreamingContrastive.Tests.Contracts;

/// <summary>Messages that the tests of this folder share.</summary>
internal static class ContractSamples
{
    public const string TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    public static PublishedEmbedding Embedding(long offset = 42, long epoch = 3, long version = 7, float[]? vector = null) => new()
    {
        Key = [1, 2, 3],
        Source = new SourcePosition("records", 5, offset),
        LineageEpoch = epoch,
        Step = 100,
        EventTimeUnixMs = 1_700_000_000_123,
        TraceParent = TraceParent,
        Vector = vector ?? [0.6f, -0.8f],
        Normalised = true,
        ModelVersion = version,
        SpaceId = "a1b2",
    };

    public static MetricsRecord Metrics() => new()
    {
        Pipeline = "fashion",
        LineageEpoch = 2,
        Step = 500,
        ModelVersion = 4,
        TimeUnixMs = 1_700_000_000_000,
        Counters = new RecordCounters(Consumed: 106, Trained: 100, DeadLettered: 4, Tombstones: 2, EmbeddingsPublished: 99, GapOffsets: 1),
        Values = new Dictionary<string, double> { ["loss"] = 6.25, ["knn20"] = 0.796 },
    };

    public static ModelAnnouncement Model() => new()
    {
        Pipeline = "fashion",
        Version = 4,
        SpaceId = "a1b2",
        LineageEpoch = 2,
        Step = 500,
        Checkpoint = "00000002-0000000500",
        Parent = "00000001-0000000400",
        ManifestSha256 = string.Concat(Enumerable.Repeat("0123456789abcdef", 4)),
        Dimension = 64,
        SourceOffsets = [new SourceOffset("records", 0, 17), new SourceOffset("records", 1, 0)],
        CreatedUnixMs = 1_700_000_000_000,
    };
}
