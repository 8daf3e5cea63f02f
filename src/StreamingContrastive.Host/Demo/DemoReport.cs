namespace StreamingContrastive.Host.Demo;

/// <summary>What <c>demo --report FILE</c> writes; names are camel-cased in the file.</summary>
internal sealed record DemoReport
{
    public required RecordCounts Records { get; init; }

    public required EmbeddingCounts Embeddings { get; init; }

    public required long Steps { get; init; }

    /// <summary>From the beginning of the first step to the end of the last, without the bare loop's share.</summary>
    public required double Seconds { get; init; }

    public required double RecordsPerSecond { get; init; }

    /// <summary>The same trainer on ready batches in memory, interleaved; null without --compare-bare.</summary>
    public double? BareRecordsPerSecond { get; init; }

    public double? RatioToBare { get; init; }

    public required KnnWithBaseline Knn20 { get; init; }

    /// <summary>Leave-one-out kNN-20 among the vectors read back that carry the newest model version.</summary>
    public double? PublishedKnn20 { get; init; }

    /// <summary>How many vectors that is.</summary>
    public required int PublishedKnn20Vectors { get; init; }

    public required BeforeAfter Knn200 { get; init; }

    public required BeforeAfter Linear { get; init; }

    public double? Alignment { get; init; }

    public double? Uniformity { get; init; }

    public required double RankMe { get; init; }

    public required double PeakMemoryMiB { get; init; }

    /// <summary>Resident memory halfway and at the end of the stream.</summary>
    public required MemoryCourse Memory { get; init; }

    public required ulong ModelVersion { get; init; }

    public required string Checkpoint { get; init; }

    /// <summary>Seconds from process start to the first step.</summary>
    public required double SecondsToFirstStep { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Which records the figures were measured on.</summary>
    public required EvaluationSets Sets { get; init; }
}

internal sealed record RecordCounts(long Produced, long Consumed, long Trained, long DeadLettered, long Tombstones);

internal sealed record EmbeddingCounts(long Published, long ReadBack, long DistinctKeys);

internal sealed record BeforeAfter(double Before, double After);

internal sealed record KnnWithBaseline(double Before, double After, double RawPixels);

internal sealed record MemoryCourse(double HalfwayMiB, double EndMiB);

internal sealed record EvaluationSets(string Bank, string Queries, string Probe, string Features);
