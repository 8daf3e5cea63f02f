using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Native;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Tests.Learning;

/// <summary>Loads the native libraries once, before any test of the collection touches TorchSharp.</summary>
public sealed class TorchFixture
{
    public TorchFixture() => TorchNative.EnsureLoaded();
}

/// <summary>Torch's thread count is the process's, and bit-identical runs need it constant: these tests run one after another.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchTests : ICollectionFixture<TorchFixture>
{
    public const string Name = "torch";

    internal static TrainerConfiguration Configuration() => new(
        new InputGeometry(8, 8, 1),
        new EncoderOptions { Width = 4, ProjectionDimension = 8 },
        new ObjectiveOptions { QueueCapacityRows = 20, Temperature = 0.2 },
        new TrainingOptions { BatchSize = 6, WarmupSteps = 5, LearningRate = 0.01, Momentum = 0.9, Threads = 2, Device = "cpu" },
        Seed: 11,
        PublishProjection: false);

    /// <summary>Six pairs of 8x8 noise, other ones at every step.</summary>
    internal static TrainingBatch Batch(int step, int count = 6, int rowBytes = 64)
    {
        var batch = new TrainingBatch(6, rowBytes) { Count = count };
        var random = new Random(1000 + step);
        random.NextBytes(batch.Query);
        random.NextBytes(batch.Key);
        random.NextBytes(batch.Clean);
        for (var i = 0; i < 6; i++)
        {
            batch.RecordIds[i] = (step * 6) + i;
            batch.InputHashes[i] = random.NextInt64();
            batch.Labels[i] = -1;
            batch.EventTimesUnixMs[i] = 1_700_000_000_000 + step;
        }

        return batch;
    }
}
