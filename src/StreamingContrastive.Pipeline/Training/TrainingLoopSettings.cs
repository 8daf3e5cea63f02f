using StreamingContrastive.Pipeline.Delivery;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>Plain values of a training loop.</summary>
/// <param name="BatchSize">Pairs of a step, B.</param>
/// <param name="RowBytes">Bytes of a view.</param>
/// <param name="MetricsEverySteps">A metrics record every so many steps.</param>
/// <param name="Counters">What the checkpoint had passed; zero at a fresh start.</param>
/// <param name="ModelVersion">The version that embeds first: that of the checkpoint.</param>
/// <param name="Clock">Stamps metrics.</param>
internal sealed record TrainingLoopSettings(int BatchSize, int RowBytes, int MetricsEverySteps, DeliveryCounters Counters, long ModelVersion, TimeProvider Clock);
