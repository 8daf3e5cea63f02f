using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Training;
using StreamingContrastive.Tests.Learning;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Pipeline.Training;

/// <summary>A training loop with a real trainer of 8x8 pictures whose weights can be spoilt and mended, so that batches fail on demand.</summary>
internal sealed class LoopFixture
{
    public const int B = 6;
    public const int RowBytes = 64;

    private Tensor? _sound;

    public TrainingLoop Open(int restoreAfter = 3, IReadOnlyList<RetriedRange>? retried = null, int mostBehind = 100, int metricsEverySteps = 1, params (PartitionId Partition, long Next)[] starts)
    {
        Trainer = new ContrastiveTrainer(TorchTests.Configuration());
        return Loop = new TrainingLoop(
            Trainer,
            new OffsetLedger(1, starts.ToDictionary(s => s.Partition, s => s.Next)),
            new OutputEncoder("test", EmbeddingFormat.Protobuf, Trainer.SpaceId),
            probe: null,
            new TrainingLoopSettings(B, RowBytes, metricsEverySteps, default, ModelVersion: 1, new FakeTimeProvider())
            {
                NonFiniteInARow = restoreAfter,
                Retried = retried ?? [],
                MostRecordsBehindRefused = mostBehind,
            });
    }

    public ContrastiveTrainer Trainer { get; private set; } = null!;

    public TrainingLoop Loop { get; private set; } = null!;

    /// <summary>From here on every batch fails.</summary>
    public void Spoil()
    {
        using var noGradients = no_grad();
        _sound = Trainer.Networks.Query.Flat.clone();
        Trainer.Networks.Query.Flat.fill_(double.NaN);
    }

    /// <summary>The weights are as before.</summary>
    public void Mend()
    {
        using var noGradients = no_grad();
        Trainer.Networks.Query.Flat.copy_(_sound!);
        _sound!.Dispose();
    }

    /// <summary>One step on a batch that fails, while the weights are sound before and after.</summary>
    public LoopOutcome? FailingStep(TrainingLoop loop)
    {
        Spoil();
        var outcome = loop.TryStep();
        Mend();
        return outcome;
    }
}
