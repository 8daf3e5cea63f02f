using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives;

[Collection(TorchTests.Name)]
public sealed class ComposedObjectiveTests
{
    [Fact]
    public void Evaluate_RowsWithoutCandidates_LeaveTheMean()
    {
        using var scope = NewDisposeScope();
        var q = Contrast.UnitRows(1, 3, 4);
        var encoded = new Encoded(q, Contrast.UnitRows(2, 3, 4), Contrast.Meta([5, 6, 7]));
        var queue = new QueueSnapshot(Contrast.UnitRows(3, 2, 4), Contrast.Meta([5, 5])); // row 0 loses both

        var result = ComposedObjective.Create(new ObjectiveOptions()).Evaluate(encoded, queue, new StepContext(0));

        var rows = result.Directions.Single().Rows;
        rows.Valid!.data<bool>().ToArray().ShouldBe([false, true, true]);
        result.Loss.item<double>().ShouldBe((rows.PerRow[1].item<double>() + rows.PerRow[2].item<double>()) / 2, 1e-14);
    }

    [Fact]
    public void Evaluate_NoOwnKeysInQueue_MaskIsBitIdenticalToNone()
    {
        using var scope = NewDisposeScope();
        var encoded = new Encoded(Contrast.UnitRows(1, 8, 16, ScalarType.Float32), Contrast.UnitRows(2, 8, 16, ScalarType.Float32), Contrast.Meta(0, 8));
        var queue = new QueueSnapshot(Contrast.UnitRows(3, 50, 16, ScalarType.Float32), Contrast.Meta(100, 50));

        var masked = ComposedObjective.Create(new ObjectiveOptions()).Evaluate(encoded, queue, new StepContext(0)).Loss;
        var plain = ComposedObjective.Create(new ObjectiveOptions { MaskSameRecord = false }).Evaluate(encoded, queue, new StepContext(0)).Loss;

        masked.item<float>().ShouldBe(plain.item<float>());
    }

    [Fact]
    public void Evaluate_Policies_RunInStageOrder()
    {
        using var scope = NewDisposeScope();
        List<Stage> seen = [];
        var objective = new ComposedObjective(
            new TwoViewPlan(), [new Probe(Stage.Weight, seen), new Probe(Stage.Mask, seen), new Probe(Stage.Select, seen)], new InfoNceLoss(0.1));
        var encoded = new Encoded(Contrast.UnitRows(1, 2, 4), Contrast.UnitRows(2, 2, 4), Contrast.Meta(0, 2));

        objective.Evaluate(encoded, new QueueSnapshot(Contrast.UnitRows(3, 2, 4), Contrast.Meta(9, 2)), new StepContext(0));

        seen.ShouldBe([Stage.Mask, Stage.Select, Stage.Weight]);
    }

    private sealed class Probe(Stage stage, List<Stage> seen) : IPolicy
    {
        public Stage Stage => stage;

        public Needs Needs => Needs.None;

        public Direction Apply(Direction direction, StepContext context)
        {
            seen.Add(stage);
            return direction;
        }
    }
}
