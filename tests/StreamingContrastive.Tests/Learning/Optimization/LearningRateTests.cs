using StreamingContrastive.Learning.Optimization;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Tests.Learning.Optimization;

public sealed class LearningRateTests
{
    [Fact]
    public void At_Warmup_RisesInALine()
    {
        var options = new TrainingOptions { LearningRate = 0.002, WarmupSteps = 50 };

        LearningRate.At(options, 0).ShouldBe(0.002 / 50, 1e-15);
        LearningRate.At(options, 24).ShouldBe(0.001, 1e-15);
        LearningRate.At(options, 49).ShouldBe(0.002, 1e-15);
        LearningRate.At(options, 1_000_000_000).ShouldBe(0.002);
    }

    [Fact]
    public void At_InverseSquareRoot_FallsFromTheEndOfWarmup()
    {
        var options = new TrainingOptions { LearningRate = 0.002, WarmupSteps = 50, Schedule = RateSchedule.InverseSquareRoot };

        LearningRate.At(options, 49).ShouldBe(0.002, 1e-15);
        LearningRate.At(options, 199).ShouldBe(0.001, 1e-15);
    }

    [Theory]
    [InlineData(RateSchedule.Constant)]
    [InlineData(RateSchedule.InverseSquareRoot)]
    public void At_AfterWarmup_NeverTurnsBack(RateSchedule schedule)
    {
        var options = new TrainingOptions { WarmupSteps = 0, Schedule = schedule };
        var rates = Enumerable.Range(0, 60).Select(i => LearningRate.At(options, 1L << i)).ToArray();

        rates.Zip(rates.Skip(1)).ShouldAllBe(pair => pair.Second <= pair.First && pair.Second > 0);
    }
}
