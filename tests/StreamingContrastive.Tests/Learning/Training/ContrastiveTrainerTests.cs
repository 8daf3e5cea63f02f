using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Training;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Training;

[Collection(TorchTests.Name)]
public sealed class ContrastiveTrainerTests
{
    [Fact]
    public void Step_FiftySteps_LeavesNoTensorBehind()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        trainer.Step(TorchTests.Batch(0), collectMetrics: true);
        var statistics = TorchSharp.DisposeScopeManager.Statistics.TensorStatistics;
        var before = statistics.ThreadTotalLiveCount;

        for (var step = 1; step <= 50; step++)
        {
            trainer.Step(TorchTests.Batch(step), collectMetrics: step % 10 == 0);
            statistics.ThreadTotalLiveCount.ShouldBe(before, $"after step {step}");
        }

        trainer.FreezePublished();
        trainer.Restore(trainer.CopyState());
        statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    [Fact]
    public void Step_SplitNormAndPredictor_LeavesNoTensorBehind()
    {
        var encoder = new EncoderOptions { Width = 4, ProjectionDimension = 8, Normalization = Normalization.Split, NormalizationSplits = 2, ProjectionNormalization = true, PredictorHidden = 8 };
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration() with { Encoder = encoder });
        trainer.Step(TorchTests.Batch(0), collectMetrics: true);
        var statistics = TorchSharp.DisposeScopeManager.Statistics.TensorStatistics;
        var before = statistics.ThreadTotalLiveCount;

        for (var step = 1; step <= 5; step++)
        {
            trainer.Step(TorchTests.Batch(step, count: step), collectMetrics: step == 3);
            statistics.ThreadTotalLiveCount.ShouldBe(before, $"after step {step}");
        }

        trainer.FreezeKey().Dispose();
        statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    [Fact]
    public void Dispose_Trainer_FreesEverything()
    {
        using (new ContrastiveTrainer(TorchTests.Configuration()))
        {
        }

        var statistics = TorchSharp.DisposeScopeManager.Statistics.TensorStatistics;
        var before = statistics.ThreadTotalLiveCount;
        using (var trainer = new ContrastiveTrainer(TorchTests.Configuration()))
        {
            trainer.Step(TorchTests.Batch(0), collectMetrics: true);
        }

        statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    [Fact]
    public void Step_FirstOne_HasAnEmptyQueueAndLossZero()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());

        var outcome = trainer.Step(TorchTests.Batch(0), collectMetrics: true);

        outcome.Metrics!.Loss.ShouldBe(0);
        outcome.Metrics.InvalidRows.ShouldBe(6);
        outcome.Metrics.QueueFilled.ShouldBe(6);
        outcome.IsApplied.ShouldBeTrue();
        (outcome.Step, trainer.CompletedSteps).ShouldBe((1, 1));
    }

    [Fact]
    public void Step_OneRecordOverAndOver_NeverContrastsItWithItself()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        for (var step = 0; step < 5; step++)
        {
            var batch = TorchTests.Batch(step);
            Array.Fill(batch.RecordIds, 42);

            var metrics = trainer.Step(batch, collectMetrics: true).Metrics!;

            metrics.InvalidRows.ShouldBe(6);
            metrics.Loss.ShouldBe(0);
        }
    }

    [Fact]
    public void Step_TailBatch_Works()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        trainer.Step(TorchTests.Batch(0), collectMetrics: false);

        var outcome = trainer.Step(TorchTests.Batch(1, count: 1), collectMetrics: true);

        outcome.Count.ShouldBe(1);
        outcome.Embeddings.Length.ShouldBe(16);
        outcome.Metrics!.QueueFilled.ShouldBe(7);
        outcome.Metrics.Loss.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Step_Metrics_AreWhatTheyAreCalled()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        StepMetrics metrics = null!;
        for (var step = 0; step < 6; step++)
        {
            metrics = trainer.Step(TorchTests.Batch(step), collectMetrics: true).Metrics!;
        }

        // For unit rows |q - k|^2 = 2 - 2 q.k; the queue of 20 holds steps 1 (two rows), 2, 3 and 4 before step 5.
        metrics.Alignment.ShouldBe(2 - (2 * metrics.PositiveSimilarity), 1e-5);
        metrics.QueueMeanAgeSteps.ShouldBe(((2 * 4) + (6 * 3) + (6 * 2) + (6 * 1)) / 20.0, 1e-12);
        metrics.QueueFilled.ShouldBe(20);
        metrics.HardestNegativeSimilarity.ShouldBeInRange(-1, 1.0001);
        metrics.Accuracy.ShouldBeInRange(0, 1);
        metrics.GradientNorm.ShouldBeGreaterThan(0);
        metrics.UpdateNorm.ShouldBeGreaterThan(0);
        metrics.Uniformity.ShouldBeInRange(-8, 0);
        metrics.EmbeddingStd.ShouldBeInRange(0, 1);
        metrics.LearningRate.ShouldBe(0.01, 1e-12);
        metrics.InvalidRows.ShouldBe(0);
    }

    [Fact]
    public void Step_LossTurnsNaN_IsReported()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        trainer.Step(TorchTests.Batch(0), collectMetrics: false).IsApplied.ShouldBeTrue();
        using (no_grad())
        {
            trainer.Networks.Query.Flat.fill_(double.NaN);
        }

        trainer.Step(TorchTests.Batch(1), collectMetrics: false).IsApplied.ShouldBeFalse();
    }

    [Fact]
    public void Step_Embeddings_AreThoseOfThePublishedSnapshot()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        var batch = TorchTests.Batch(3);
        var first = trainer.Step(batch, collectMetrics: false).Embeddings.ToArray();
        var second = trainer.Step(batch, collectMetrics: false).Embeddings.ToArray();
        trainer.FreezePublished();
        var expected = new float[first.Length];
        trainer.Embed(batch.Clean, 6, Snapshot.Key, EmbeddingKindOf.Backbone, expected);

        var third = trainer.Step(batch, collectMetrics: false).Embeddings.ToArray();

        second.ShouldBe(first);
        third.ShouldBe(expected);
        third.ShouldNotBe(first);
        third.Take(trainer.EmbeddingDimension).Sum(v => v * v).ShouldBe(1f, 1e-5f);
    }

    [Fact]
    public void Embed_MoreThanOneChunk_EqualsPartByPart()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        var pixels = new byte[300 * 64];
        new Random(5).NextBytes(pixels);
        var (all, tail) = (new float[300 * 8], new float[8]);

        trainer.Embed(pixels, 300, Snapshot.Published, EmbeddingKindOf.Projection, all);
        trainer.Embed(pixels.AsSpan(299 * 64), 1, Snapshot.Published, EmbeddingKindOf.Projection, tail);

        for (var i = 0; i < 8; i++)
        {
            tail[i].ShouldBe(all[(299 * 8) + i], 1e-5f);
        }
    }

    [Fact]
    public void Embed_RoomTooSmall_SaysHowMuchIsNeeded()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());

        Should.Throw<ArgumentException>(() => trainer.Embed(new byte[64], 1, Snapshot.Key, EmbeddingKindOf.Backbone, new float[3])).Message.ShouldContain("16 floats");
    }

    [Fact]
    public void Step_WrongShape_SaysWhatFits()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());

        Should.Throw<ArgumentException>(() => trainer.Step(TorchTests.Batch(0, rowBytes: 63), collectMetrics: false)).Message.ShouldContain("8x8x1");
        Should.Throw<ArgumentException>(() => trainer.Step(TorchTests.Batch(0, count: 0), collectMetrics: false)).Message.ShouldContain("0 pairs");
    }

    [Fact]
    public void Constructor_DeviceMissing_SaysWhatToSet()
    {
        Assert.SkipWhen(cuda.is_available(), "This machine has a CUDA device.");
        var configuration = TorchTests.Configuration();

        Should.Throw<InvalidOperationException>(() => new ContrastiveTrainer(configuration with { Training = configuration.Training with { Device = "cuda" } }))
            .Message.ShouldContain("training.device");
    }

    [Fact]
    public void LearningRateScale_Half_HalvesTheRate()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        trainer.LearningRateScale = 0.5;

        trainer.Step(TorchTests.Batch(0), collectMetrics: true).Metrics!.LearningRate.ShouldBe(0.01 / 5 / 2, 1e-12);
        Should.Throw<ArgumentOutOfRangeException>(() => trainer.LearningRateScale = 0);
    }

    [Fact]
    public void SpaceId_OtherEncoderOrKind_Differs()
    {
        var configuration = TorchTests.Configuration();
        TrainerConfiguration[] all =
        [
            configuration,
            configuration with { PublishProjection = true },
            configuration with { Encoder = configuration.Encoder with { Normalization = Normalization.Group } },
            configuration with { Encoder = configuration.Encoder with { Width = 8 } },
            configuration with { Input = new InputGeometry(8, 8, 3) },
        ];

        var ids = all.Select(SpaceId).ToArray();

        ids.Distinct().Count().ShouldBe(all.Length);
        SpaceId(configuration with { Seed = 99, Training = configuration.Training with { LearningRate = 0.1 } }).ShouldBe(ids[0]);
    }

    private static string SpaceId(TrainerConfiguration configuration)
    {
        using var trainer = new ContrastiveTrainer(configuration);
        return trainer.SpaceId;
    }
}
