using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Tests.Learning.Training;

[Collection(TorchTests.Name)]
public sealed class LabelWatchTests
{
    [Fact]
    public void Observe_ThousandWithoutLabel_IsSaidOnce()
    {
        var watch = new LabelWatch();
        var none = Enumerable.Repeat(-1, 400).ToArray();

        var said = Enumerable.Range(0, 6).Select(_ => watch.Observe(none)).ToArray();

        said.Count(s => s is not null).ShouldBe(1);
        said[2].ShouldNotBeNull().ShouldContain("None of the first 1200 records had a label");
        said[2]!.ShouldContain("input:labelHeader");
    }

    [Fact]
    public void Observe_OneLabelInTime_IsNeverSaid()
    {
        var watch = new LabelWatch();
        watch.Observe([-1, -1, 0]);

        Enumerable.Range(0, 10).Select(_ => watch.Observe(Enumerable.Repeat(-1, 400).ToArray())).ShouldAllBe(s => s == null);
    }

    [Fact]
    public void Step_LabelObjectiveWithoutLabels_ReachesTheListener()
    {
        var configuration = TorchTests.Configuration();
        List<string> heard = [];
        using var trainer = new ContrastiveTrainer(configuration with { Objective = configuration.Objective with { Loss = LossKind.SupCon, Positives = new() { SameLabel = true } } }) { Noticed = heard.Add };

        for (var step = 0; step < 200; step++)
        {
            trainer.Step(TorchTests.Batch(step % 20), collectMetrics: false);
        }

        heard.Count.ShouldBe(1);
    }
}
