using StreamingContrastive.Learning.Evaluation;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Tests.Learning.Evaluation;

[Collection(TorchTests.Name)]
public sealed class SupervisedTrainerTests
{
    [Fact]
    public void Step_TwoKindsOfPictures_LearnsToTellThem()
    {
        using var trainer = new SupervisedTrainer(TorchTests.Configuration(), classes: 2);
        var batch = Stripes(1);
        var first = trainer.Step(batch);

        for (var step = 0; step < 40; step++)
        {
            trainer.Step(Stripes(step + 2));
        }

        var test = Stripes(99);
        first.ShouldBe(Math.Log(2), 0.5);
        trainer.Step(test).ShouldBeLessThan(0.2);
        trainer.Accuracy(test.Query, test.Labels).ShouldBe(1);
        trainer.CompletedSteps.ShouldBe(42);
        using var frozen = trainer.Freeze();
        frozen.Features(test.Query, 6).Length.ShouldBe(6 * 16);
    }

    [Fact]
    public void Step_RowWithoutLabel_IsRefused()
    {
        using var trainer = new SupervisedTrainer(TorchTests.Configuration(), classes: 2);
        var batch = Stripes(1);
        batch.Labels[2] = -1;

        Should.Throw<ArgumentException>(() => trainer.Step(batch)).Message.ShouldContain("Row 2");
        trainer.CompletedSteps.ShouldBe(0);
    }

    [Fact]
    public void Dispose_AfterSteps_FreesEverything()
    {
        var statistics = TorchSharp.DisposeScopeManager.Statistics.TensorStatistics;
        using (var warm = new SupervisedTrainer(TorchTests.Configuration(), classes: 2))
        {
            warm.Step(Stripes(1));
        }

        var before = statistics.ThreadTotalLiveCount;
        using (var trainer = new SupervisedTrainer(TorchTests.Configuration(), classes: 2))
        {
            var batch = Stripes(1);
            trainer.Step(batch);
            trainer.Accuracy(batch.Query, batch.Labels);
            trainer.Freeze().Dispose();
        }

        statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    /// <summary>Noise with horizontal (0) or vertical (1) stripes.</summary>
    private static TrainingBatch Stripes(int seed)
    {
        var batch = TorchTests.Batch(seed);
        for (var i = 0; i < 6; i++)
        {
            batch.Labels[i] = i % 2;
            for (var p = 0; p < 64; p++)
            {
                var stripe = (i % 2 == 0 ? p / 8 : p % 8) % 2;
                batch.Query[(i * 64) + p] = (byte)((batch.Query[(i * 64) + p] / 4) + (stripe * 190));
            }
        }

        return batch;
    }
}
