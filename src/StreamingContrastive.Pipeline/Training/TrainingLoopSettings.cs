using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Monitoring;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>Plain values of a training loop.</summary>
/// <param name="BatchSize">Pairs of a step, B.</param>
/// <param name="RowBytes">Bytes of a row of each kind.</param>
/// <param name="MetricsEverySteps">A metrics record every so many steps.</param>
/// <param name="Counters">What the checkpoint had passed; zero at a fresh start.</param>
/// <param name="ModelVersion">The version that embeds first: that of the checkpoint.</param>
/// <param name="Clock">Stamps metrics.</param>
internal sealed record TrainingLoopSettings(int BatchSize, RowSizes RowBytes, int MetricsEverySteps, DeliveryCounters Counters, long ModelVersion, TimeProvider Clock)
{
    /// <summary>What a row consists of; null: one picture.</summary>
    public RowLayout? Layout { get; init; }

    /// <summary>Refused batches in a row at which the weights are blamed.</summary>
    public int NonFiniteInARow { get; init; } = 3;

    /// <summary>Records that made a guard restore before this start.</summary>
    public IReadOnlyList<RetriedRange> Retried { get; init; } = [];

    /// <summary>The sample that people look at; null where nobody does.</summary>
    public EmbeddingSampler? Sampler { get; init; }

    /// <summary>Retrieval between the parts of held-out records; null where there are none.</summary>
    public RetrievalMonitor? Retrieval { get; init; }

    /// <summary>Records without a pair that may wait behind a refused batch: they hold the credits that the next batch needs.</summary>
    public int MostRecordsBehindRefused { get; init; } = 1024;
}
