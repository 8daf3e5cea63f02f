using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Losses;
using StreamingContrastive.Learning.Objectives.Plans;
using StreamingContrastive.Learning.Objectives.Policies;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Policies;

/// <summary>Explicit hard negatives (learning.md 1.13 and 1.12): goldens, references by id, and that without any nothing changes.</summary>
[Collection(TorchTests.Name)]
public sealed class HardNegativeTests
{
    /// <summary>s = (.9 | .8, .2), t = 10: the queue beside them must not count.</summary>
    [Fact]
    public void Golden_OwnNegativesAlone_Softmax()
    {
        using var scope = NewDisposeScope();

        Contrast.Loss(new OwnNegativesOnly().Apply(Direction(.9, [.7, -.3], [.8, .2]), Step), new InfoNceLoss(.1)).ShouldBe(0.313928, 1e-6);
    }

    [Fact]
    public void Golden_OwnNegativesAlone_Sigmoid()
    {
        using var scope = NewDisposeScope();
        var loss = new SigLipLoss(10, -5);
        using var values = NetworkState.Create(loss.Layout, ScalarType.Float64, CPU, seed: 1);
        loss.Bind(values);

        Contrast.Loss(new OwnNegativesOnly().Apply(Direction(.9, [.7, -.3], [.8, .2]), Step), loss).ShouldBe(3.115325, 1e-6);
    }

    [Theory]
    [InlineData(0, .627123)]
    [InlineData(1, 1.106586)]
    public void Golden_AddedToTheOthers_WithItsLogWeight(double logWeight, double expected)
    {
        using var scope = NewDisposeScope();

        Contrast.Loss(new HardNegativeWeight(logWeight).Apply(Direction(.8, [0], [.6]), Step), new InfoNceLoss(.5)).ShouldBe(expected, 1e-6);
    }

    /// <summary>A referred record weighs as if it had been brought: by hand, -log(e^1.6 / (e^1.6 + e^(1.2 + 1) + e^0 + e^-2)).</summary>
    [Fact]
    public void Apply_AReferenceInTheQueue_GetsTheWeightAndNoOther()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.TestVector() with { References = tensor(new long[,] { { 0, 1000 } }) }; // the queue's ids begin at 1000

        var loss = Contrast.Loss(new HardNegativeWeight(1).Apply(direction, Step), .5);

        loss.ShouldBe(Math.Log((Math.Exp(1.6) + Math.Exp(2.2) + 1 + Math.Exp(-2)) / Math.Exp(1.6)), 1e-12);
    }

    [Fact]
    public void Apply_ReferencesToRecordsThatAreNotThere_ChangeNothing()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.TestVector() with { References = tensor(new long[,] { { 5, 0 } }) };
        direction = Contrast.WithColumns(direction, Contrast.Meta([1000, 0, 1002])); // 0 is a record's id here, and no reference

        Contrast.Loss(new HardNegativeWeight(3).Apply(direction, Step), .5).ShouldBe(0.641611902, 1e-9);
    }

    [Fact]
    public void Evaluate_WithoutAnyHardNegative_IsInfoNce()
    {
        using var scope = NewDisposeScope();
        var options = new ObjectiveOptions { Temperature = .5, Policies = new PolicyOptions { HardNegatives = new HardNegativeOptions { LogWeight = 2 } } };

        Loss(options, Encoded(hard: null)).ShouldBe(0.641611902, 1e-9);
    }

    /// <summary>The whole way, from an encoded part that has them, in every plan of one part.</summary>
    [Theory]
    [InlineData(PlanKind.TwoViews)]
    [InlineData(PlanKind.Symmetric)]
    public void Evaluate_WithHardNegatives_CountsThemWithTheirWeight(PlanKind plan)
    {
        using var scope = NewDisposeScope();
        var options = new ObjectiveOptions { Plan = plan, Temperature = .5, Policies = new PolicyOptions { HardNegatives = new HardNegativeOptions { LogWeight = 1 } } };
        var hard = Contrast.Rows(ScalarType.Float64, [.6, .8]).unsqueeze(0); // [1, 1, 2]

        // Logits 1.6 | 1.2, 0, -2 of the queue and 1.2 + 1 of the own one; both directions of the symmetric plan are the same here.
        var one = Math.Log((Math.Exp(1.6) + Math.Exp(1.2) + 1 + Math.Exp(-2) + Math.Exp(2.2)) / Math.Exp(1.6));
        Loss(options, Encoded(hard)).ShouldBe(plan == PlanKind.Symmetric ? 2 * one : one, 1e-9);
    }

    [Fact]
    public void Evaluate_AloneAndNoneBrought_LeavesTheRowOut()
    {
        using var scope = NewDisposeScope();
        var options = new ObjectiveOptions { Temperature = .5, Policies = new PolicyOptions { HardNegatives = new HardNegativeOptions { LogWeight = 0, Alone = true } } };
        var result = ComposedObjective.Create(options).Evaluate(Encoded(hard: null), [Queue()], Step);

        result.Loss.item<double>().ShouldBe(0);
        result.Directions[0].Rows.Valid!.any().item<bool>().ShouldBeFalse();
    }

    [Fact]
    public void Evaluate_ReferencesOfABatchPlan_AreRepeatedForBothViews()
    {
        using var scope = NewDisposeScope();
        var options = new ObjectiveOptions
        {
            Plan = PlanKind.InBatch,
            Negatives = NegativeSource.Both,
            Loss = LossKind.NtXent,
            Temperature = .5,
            Policies = new PolicyOptions { HardNegatives = new HardNegativeOptions { LogWeight = 1 } },
        };
        var encoded = Encoded(hard: null) with { References = tensor(new long[,] { { 1000 } }) };

        var direction = ComposedObjective.Create(options).Evaluate(encoded, [Queue()], Step).Directions[0].Direction;

        direction.References!.shape.ShouldBe([2, 1]);
        direction.Blocks.Single(b => b.Origin == Origin.Queue).LogWeight!.sum(1).data<double>().ToArray().ShouldBe([1, 1]);
    }

    private static readonly StepContext Step = new(0);

    private static double Loss(ObjectiveOptions options, Encoded encoded) => ComposedObjective.Create(options).Evaluate(encoded, [Queue()], Step).Loss.item<double>();

    private static QueueSnapshot Queue() => new(Contrast.Rows(ScalarType.Float64, [.6, .8], [0, 1], [-1, 0]), Contrast.Meta(1000, 3));

    private static Encoded Encoded(Tensor? hard)
    {
        var (q, k) = (Contrast.Rows(ScalarType.Float64, [1, 0]), Contrast.Rows(ScalarType.Float64, [.8, .6]));
        var part = new EncodedPart("text", q, k) { Swapped = (q, k), Explicit = hard, ExplicitPresent = hard is null ? null : ones([1, 1], ScalarType.Bool) };
        return new Encoded([part], Contrast.Meta(0, 1));
    }

    /// <summary>One anchor and cosines: the positive's, the queue's, those of the record's own hard negatives.</summary>
    private static Direction Direction(double positive, double[] queue, double[] own)
    {
        var anchor = Contrast.Rows(ScalarType.Float64, [1, 0]);
        CandidateBlock Block(Origin origin, double[] cosines, ItemMeta? columns) => new(
            origin, stack(cosines.Select(c => tensor(new[] { c, Math.Sqrt(1 - (c * c)) }))).unsqueeze(0), tensor(cosines).unsqueeze(0), null, null, columns);
        return new Direction(
            "query-key", anchor, Contrast.Meta(0, 1),
            [Block(Origin.Positive, [positive], Contrast.Meta(0, 1)), Block(Origin.Queue, queue, Contrast.Meta(1000, queue.Length)), Block(Origin.Explicit, own, null)], 1);
    }
}
