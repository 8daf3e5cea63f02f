using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Losses;
using StreamingContrastive.Learning.Objectives.Plans;
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
        var encoded = Contrast.Encoded(q, Contrast.UnitRows(2, 3, 4), Contrast.Meta([5, 6, 7]));
        var queue = new QueueSnapshot(Contrast.UnitRows(3, 2, 4), Contrast.Meta([5, 5])); // row 0 loses both

        var result = ComposedObjective.Create(new ObjectiveOptions()).Evaluate(encoded, [queue], new StepContext(0));

        var rows = result.Directions.Single().Rows;
        rows.Valid!.data<bool>().ToArray().ShouldBe([false, true, true]);
        result.Loss.item<double>().ShouldBe((rows.PerRow[1].item<double>() + rows.PerRow[2].item<double>()) / 2, 1e-14);
    }

    [Fact]
    public void Evaluate_NoOwnKeysInQueue_MaskIsBitIdenticalToNone()
    {
        using var scope = NewDisposeScope();
        var encoded = Contrast.Encoded(Contrast.UnitRows(1, 8, 16, ScalarType.Float32), Contrast.UnitRows(2, 8, 16, ScalarType.Float32), Contrast.Meta(0, 8));
        var queue = new QueueSnapshot(Contrast.UnitRows(3, 50, 16, ScalarType.Float32), Contrast.Meta(100, 50));

        var masked = ComposedObjective.Create(new ObjectiveOptions()).Evaluate(encoded, [queue], new StepContext(0)).Loss;
        var plain = ComposedObjective.Create(new ObjectiveOptions { MaskSameRecord = false }).Evaluate(encoded, [queue], new StepContext(0)).Loss;

        masked.item<float>().ShouldBe(plain.item<float>());
    }

    [Fact]
    public void Evaluate_Policies_RunInStageOrder()
    {
        using var scope = NewDisposeScope();
        List<Stage> seen = [];
        var objective = new ComposedObjective(
            new TwoViewPlan(), [new Probe(Stage.Weight, seen), new Probe(Stage.Mask, seen), new Probe(Stage.Select, seen)], new InfoNceLoss(0.1));
        var encoded = Contrast.Encoded(Contrast.UnitRows(1, 2, 4), Contrast.UnitRows(2, 2, 4), Contrast.Meta(0, 2));

        objective.Evaluate(encoded, [new QueueSnapshot(Contrast.UnitRows(3, 2, 4), Contrast.Meta(9, 2))], new StepContext(0));

        seen.ShouldBe([Stage.Mask, Stage.Select, Stage.Weight]);
    }

    [Fact]
    public void Commit_SymmetricPlan_StoresBothHalvesOnceAfterBothDirections()
    {
        using var scope = NewDisposeScope();
        using var queue = new NegativeQueue(20, 4, ScalarType.Float64, CPU);
        queue.Enqueue(Contrast.UnitRows(9, 5, 4), Contrast.Meta(100, 5));
        var encoded = Contrast.Encoded(Contrast.UnitRows(1, 3, 4), Contrast.UnitRows(2, 3, 4), Contrast.Meta(0, 3), (Contrast.UnitRows(3, 3, 4), Contrast.UnitRows(4, 3, 4)));
        var objective = ComposedObjective.Create(new ObjectiveOptions { Plan = PlanKind.Symmetric });

        var result = objective.Evaluate(encoded, [queue.Snapshot()], new StepContext(0));
        result.Directions.ShouldAllBe(d => d.Direction.Blocks[1].Count == 5); // neither saw the other's keys
        objective.Commit(encoded, [queue], _ => throw new InvalidOperationException("no pictures are kept"));

        queue.Filled.ShouldBe(11);
        queue.Keys.narrow(0, 5, 3).SameAs(encoded.Only.Key).ShouldBeTrue();
        queue.Keys.narrow(0, 8, 3).SameAs(encoded.Only.Swapped!.Value.Key).ShouldBeTrue();
    }

    [Fact]
    public void Evaluate_SymmetricPlan_IsTheSumOfBothDirections()
    {
        using var scope = NewDisposeScope();
        var (q1, k2, q2, k1) = (Contrast.UnitRows(1, 3, 4), Contrast.UnitRows(2, 3, 4), Contrast.UnitRows(3, 3, 4), Contrast.UnitRows(4, 3, 4));
        var queue = new QueueSnapshot(Contrast.UnitRows(9, 5, 4), Contrast.Meta(100, 5));

        var loss = ComposedObjective.Create(new ObjectiveOptions { Plan = PlanKind.Symmetric, Temperature = 0.2 })
            .Evaluate(Contrast.Encoded(q1, k2, Contrast.Meta(0, 3), (q2, k1)), [queue], new StepContext(0)).Loss.item<double>();

        loss.ShouldBe(Contrast.Loss(Contrast.Direction(q1, k2, queue.Keys), 0.2) + Contrast.Loss(Contrast.Direction(q2, k1, queue.Keys), 0.2), 1e-14);
    }

    [Fact]
    public void Create_ImpossibleMix_SaysWhatToChange() =>
        Should.Throw<ArgumentException>(() => ComposedObjective.Create(new ObjectiveOptions { Loss = LossKind.Dcl, Positives = new() { SameLabel = true } }))
            .Message.ShouldContain("Set objective:loss to supCon");

    [Fact]
    public void Learn_Parts_SeeTheFinishedStepWithoutGradients()
    {
        using var scope = NewDisposeScope();
        using var part = new Counting();
        var objective = new ComposedObjective(new TwoViewPlan(), [], new InfoNceLoss(0.1), learned: [part]);
        var encoded = Contrast.Encoded(Contrast.UnitRows(1, 2, 4), Contrast.UnitRows(2, 2, 4), Contrast.Meta(0, 2));
        var result = objective.Evaluate(encoded, [new QueueSnapshot(Contrast.UnitRows(3, 2, 4), Contrast.Meta(9, 2))], new StepContext(7));

        objective.Learn(encoded, result, new StepContext(7));

        part.State.Single().Value.item<double>().ShouldBe(7 + result.Loss.item<double>());
        part.GradientsWereOn.ShouldBeFalse();
    }

    internal sealed class Counting : ILearned
    {
        private readonly Tensor sum = zeros(1, ScalarType.Float64).DetachFromDisposeScope();

        public string Name => "counting";

        public IReadOnlyList<(string Name, Tensor Value)> State => [("sum", sum)];

        public bool GradientsWereOn { get; private set; }

        public void Learn(Encoded encoded, ObjectiveResult result, StepContext context)
        {
            GradientsWereOn = is_grad_enabled();
            sum.add_(context.Step).add_(result.Loss);
        }

        public void Dispose() => sum.Dispose();
    }

    private sealed class Probe(Stage stage, List<Stage> seen) : IPolicy
    {
        public Stage Stage => stage;

        public Needs Needs => Needs.None;

        public string Description => "probe";

        public Direction Apply(Direction direction, StepContext context)
        {
            seen.Add(stage);
            return direction;
        }
    }
}
