using StreamingContrastive.Learning.Training;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Training;

[Collection(TorchTests.Name)]
public sealed class RefusedStepTests
{
    // Seen to fail without its mechanism: with the copy in StepUndo.TakeBack left out the running statistics are NaN.
    [Fact]
    public void Step_LossIsNaN_LeavesEverythingBitForBit()
    {
        using var trainer = Trained(4);
        Spoil(trainer, double.NaN);
        var before = Bytes(trainer.CopyState());

        var outcome = trainer.Step(TorchTests.Batch(4), collectMetrics: true);

        outcome.IsApplied.ShouldBeFalse();
        outcome.Refusal.ShouldBe("the loss is NaN");
        (outcome.Step, outcome.Count, outcome.Metrics, outcome.Embeddings.Length).ShouldBe((4, 6, null, 0));
        var after = Bytes(trainer.CopyState());
        foreach (var (name, bytes) in before)
        {
            after[name].ShouldBe(bytes, name);
        }
    }

    [Fact]
    public void Step_AfterARefusedOne_EqualsThatOfATrainerThatNeverSawIt()
    {
        using var trainer = Trained(4);
        using var twin = Trained(4);
        var weights = Spoil(trainer, double.PositiveInfinity);
        trainer.Step(TorchTests.Batch(99), collectMetrics: false).IsApplied.ShouldBeFalse();
        using (no_grad())
        {
            trainer.Networks.Query.Flat.copy_(weights);
        }

        weights.Dispose();
        trainer.Step(TorchTests.Batch(4), collectMetrics: false).IsApplied.ShouldBeTrue();
        twin.Step(TorchTests.Batch(4), collectMetrics: false);

        var (states, expected) = (Bytes(trainer.CopyState()), Bytes(twin.CopyState()));
        foreach (var (name, bytes) in expected)
        {
            states[name].ShouldBe(bytes, name);
        }
    }

    [Fact]
    public void Step_Refused_LeavesNoTensorBehind()
    {
        using var trainer = Trained(2);
        Spoil(trainer, double.NaN).Dispose();
        trainer.Step(TorchTests.Batch(0), collectMetrics: true);
        var statistics = TorchSharp.DisposeScopeManager.Statistics.TensorStatistics;
        var before = statistics.ThreadTotalLiveCount;

        trainer.Step(TorchTests.Batch(1), collectMetrics: true).IsApplied.ShouldBeFalse();

        statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    [Theory]
    [InlineData(2.0, 9.0, 3.0, null)]
    [InlineData(double.NaN, 9.0, 3.0, "the loss is NaN")]
    [InlineData(double.PositiveInfinity, 9.0, 3.0, "the loss is infinite")]
    [InlineData(2.5, double.NaN, double.NaN, "the loss is 2.5, but the norm of its gradient is NaN")]
    [InlineData(2.5, double.PositiveInfinity, double.PositiveInfinity, "the loss is 2.5, but the norm of its gradient is infinite")]
    public void Of_LossAndSquaredNorm_SaysWhatIsNotFinite(double loss, double squared, double norm, string? problem)
    {
        StepGradient.Of(loss, squared).ShouldBe(new StepGradient(norm, problem));
    }

    private static ContrastiveTrainer Trained(int steps)
    {
        var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        for (var step = 0; step < steps; step++)
        {
            trainer.Step(TorchTests.Batch(step), collectMetrics: false).IsApplied.ShouldBeTrue();
        }

        return trainer;
    }

    /// <summary>Puts a value into the query encoder; returns its weights as they were.</summary>
    private static Tensor Spoil(ContrastiveTrainer trainer, double value)
    {
        using var noGradients = no_grad();
        var before = trainer.Networks.Query.Flat.clone();
        trainer.Networks.Query.Flat.fill_(value);
        return before;
    }

    private static Dictionary<string, byte[]> Bytes(TrainerState state) =>
        state.Files.SelectMany(f => f.Value.Select(t => (Name: $"{f.Key}/{t.Name}", t.Data))).ToDictionary(t => t.Name, t => t.Data);
}
