using StreamingContrastive.Learning.Momentum;
using StreamingContrastive.Learning.Optimization;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Tests.Learning.Momentum;

public sealed class MomentumScheduleTests
{
    private static readonly TrainingOptions Rising = new() { Momentum = 0.9, MomentumSchedule = MomentumScheduleKind.WarmRise, MomentumCeiling = 0.99, MomentumRiseSteps = 100, RewarmSteps = 50, RewarmRateFactor = 3 };

    [Fact]
    public void At_Constant_IsAlwaysTheSame() =>
        ((long[])[0, 7, 1_000_000]).Select(step => MomentumSchedule.At(new TrainingOptions { Momentum = 0.97 }, step, rewarmedAt: 5)).ShouldAllBe(m => m == 0.97);

    [Fact]
    public void At_WarmRise_IsMonotoneAndStaysAtItsCeiling()
    {
        var values = Enumerable.Range(0, 3000).Select(step => MomentumSchedule.At(Rising, step, null)).Append(MomentumSchedule.At(Rising, long.MaxValue, null)).ToArray();

        values[0].ShouldBe(0.9, 1e-12);
        values[100].ShouldBe(0.95, 1e-12); // 1 - m has halved after tau
        values[^1].ShouldBe(0.99);
        values.Zip(values.Skip(1), (a, b) => b - a).ShouldAllBe(rise => rise >= 0);
        values.Max().ShouldBe(0.99);
    }

    [Fact]
    public void At_Rewarm_FallsBackForItsStepsAndRisesAnew()
    {
        ((long[])[999, 1000, 1049, 1050, 1150]).Select(step => MomentumSchedule.At(Rising, step, step < 1000 ? null : 1000)).ToArray().ShouldBe([0.99, 0.9, 0.9, 0.9, 0.95], 1e-12);
    }

    [Fact]
    public void LearningRate_Rewarm_MultipliesForItsStepsOnly()
    {
        var options = Rising with { LearningRate = 0.1, WarmupSteps = 10 };

        ((long[])[999, 1000, 1049, 1050]).Select(step => LearningRate.At(options, step, 1000)).ToArray().ShouldBe([0.1, 0.3, 0.3, 0.1], 1e-12);
        LearningRate.At(options, 1000, null).ShouldBe(0.1);
    }
}
