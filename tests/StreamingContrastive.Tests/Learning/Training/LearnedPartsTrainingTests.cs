using System.Buffers.Binary;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Checkpoints;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Plans;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Tests.Learning.Training;

/// <summary>Clusters and the estimator in a trainer of two parts, and what they leave in checkpoints.</summary>
[Collection(TorchTests.Name)]
public sealed class LearnedPartsTrainingTests
{
    private static readonly RowLayout TwoPictures = new([RowPart.Picture("left", 8, 8, 1), RowPart.Picture("right", 8, 8, 1)]);

    private static readonly PolicyOptions Learned = new()
    {
        Clusters = new() { Count = 4, StartCosine = 1, ReseedAfterSteps = 2, Drift = .01, MarginWeight = .1 },
        AdaptiveWeights = new() { Nearest = 6, Hidden = 5, WindowSteps = 2, Hardness = .5 },
    };

    public static TheoryData<bool, bool> Plans => new() { { false, false }, { true, false }, { false, true } };

    [Theory]
    [MemberData(nameof(Plans))]
    public void Step_TwoPartsSomeMissing_LeavesNoTensorAndGoesOnBitIdentically(bool within, bool clip)
    {
        var configuration = Configuration(within, clip);
        using var whole = new ContrastiveTrainer(configuration);
        whole.Step(Batch(0), collectMetrics: true).Metrics!.Clusters!.Parts.ShouldBe(2);
        whole.Step(Batch(1), collectMetrics: true); // the first steps make the gradients of what they learn
        var statistics = TorchSharp.DisposeScopeManager.Statistics.TensorStatistics;
        var before = statistics.ThreadTotalLiveCount;
        StepMetrics metrics = null!;
        for (var step = 2; step < 9; step++)
        {
            metrics = whole.Step(Batch(step), collectMetrics: true).Metrics!;
            statistics.ThreadTotalLiveCount.ShouldBe(before, $"after step {step}");
        }

        metrics.Clusters!.OpenParts.ShouldBe(2);
        (metrics.Estimator is null).ShouldBe(clip);
        using var resumed = new ContrastiveTrainer(configuration);
        resumed.Restore(whole.CopyState());
        for (var step = 9; step < 14; step++)
        {
            whole.Step(Batch(step), collectMetrics: false);
            resumed.Step(Batch(step), collectMetrics: false);
        }

        foreach (var (file, tensors) in whole.CopyState().Files)
        {
            foreach (var (expected, actual) in tensors.Zip(resumed.CopyState().Files[file]))
            {
                actual.Data.ShouldBe(expected.Data, $"{file}: {expected.Name}");
            }
        }
    }

    [Fact]
    public void Restore_QueueSavedWithoutClusters_IsRead()
    {
        var configuration = TorchTests.Configuration() with { Objective = new() { QueueCapacityRows = 20, Policies = new() { Clusters = Learned.Clusters } } };
        using var trainer = new ContrastiveTrainer(configuration);
        for (var step = 0; step < 6; step++)
        {
            trainer.Step(TorchTests.Batch(step), collectMetrics: false);
        }

        var saved = trainer.CopyState();
        saved.Files["queue"].ShouldContain(t => t.Name == "clusters");
        var files = saved.Files.ToDictionary(f => f.Key, f => f.Key == "queue" ? [.. f.Value.Where(t => t.Name != "clusters")] : f.Value);
        trainer.Restore(saved with { Files = files });

        trainer.CopyState().Files["queue"].ShouldNotContain(t => t.Name == "clusters");
        trainer.Step(TorchTests.Batch(6), collectMetrics: false).IsApplied.ShouldBeTrue();
    }

    [Fact]
    public void CopyState_NothingLearned_HasTheFilesThatItAlwaysHad()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        trainer.Step(TorchTests.Batch(0), collectMetrics: false);

        var state = trainer.CopyState();

        state.Files.Keys.Order().ShouldBe(["key", "optimizer", "query", "queue"]);
        state.Files["queue"].Select(t => t.Name).ShouldBe(["keys", "record_id", "input_hash", "label", "encoder_step", "event_time", "next", "filled"]);
    }

    private static TrainerConfiguration Configuration(bool within, bool clip) => TorchTests.Configuration() with
    {
        Rows = TwoPictures,
        Objective = new()
        {
            QueueCapacityRows = 20,
            Temperature = 0.2,
            Plan = PlanKind.CrossModal,
            Loss = clip ? LossKind.Clip : LossKind.InfoNce,
            Negatives = clip ? NegativeSource.Batch : NegativeSource.Queue,
            CrossModal = within ? new() { WithinWeight = 0.5 } : null,
            Policies = clip ? new() { Clusters = Learned.Clusters } : Learned,
        },
    };

    // Row 2 lacks the right part, row 3 the left one; records come again every fourth step.
    private static TrainingBatch Batch(int step)
    {
        var batch = new TrainingBatch(6, TwoPictures.Sizes) { Count = 6 };
        var random = new Random(700 + step);
        foreach (var rows in (byte[][])[batch.Query, batch.Key, batch.Clean])
        {
            random.NextBytes(rows);
            for (var i = 0; i < 6; i++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(rows.AsSpan(i * TwoPictures.QueryBytes), i == 2 ? 1u : i == 3 ? 2u : 3u);
            }
        }

        for (var i = 0; i < 6; i++)
        {
            (batch.RecordIds[i], batch.Labels[i], batch.EventTimesUnixMs[i]) = ((step % 4 * 6) + i, i % 3, -1);
            batch.InputHashes[i] = random.NextInt64();
        }

        return batch;
    }
}
