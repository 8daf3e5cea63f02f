using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.AdaptiveWeights;
using StreamingContrastive.Learning.Objectives.Plans;
using StreamingContrastive.Learning.Objectives.Policies;
using StreamingContrastive.Learning.Queue;
using StreamingContrastive.Tests.Learning.Objectives.Clusters;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.AdaptiveWeights;

[Collection(TorchTests.Name)]
public sealed class MatchEstimatorTests
{
    private const int Rows = 32;
    private const int Records = 96; // every third step brings the same records again

    [Fact]
    public void Learn_MostDimensionsAreNoise_BeatsTheCosineAndIsBelieved()
    {
        using var scope = NewDisposeScope();
        using var estimator = new MatchEstimator(new() { WindowSteps = 20, LearningRate = .01, Hidden = 32 }, ClusterPolicyTests.Setting(1, 16));
        using var queue = new NegativeQueue(256, 16, ScalarType.Float64, CPU);

        var measures = Run(estimator, queue, 400, recordsReturn: true);

        measures.HeldOutPairs.ShouldBe(HeldOutPairs.Capacity);
        measures.HeldOutAuc!.Value.ShouldBeGreaterThan(measures.HeldOutCosineAuc!.Value + .05, $"{measures}");
        measures.IsTrusted.ShouldBeTrue();
        measures.LabelAuc!.Value.ShouldBeGreaterThan(measures.LabelCosineAuc!.Value + .05, $"{measures}"); // the label is the record
        measures.CalibrationError!.Value.ShouldBeInRange(0, 1);
    }

    [Fact]
    public void Learn_KeysNeverComeAgain_IsNeverBelieved()
    {
        using var scope = NewDisposeScope();
        using var estimator = new MatchEstimator(new() { WindowSteps = 5 }, ClusterPolicyTests.Setting(1, 16));
        using var queue = new NegativeQueue(256, 16, ScalarType.Float64, CPU);

        var measures = Run(estimator, queue, 20, recordsReturn: false);

        (measures.HeldOutPairs, measures.HeldOutAuc, measures.IsTrusted).ShouldBe((0, null, false));
    }

    [Fact]
    public void Apply_Believed_WeighsTheNearestByTheNetworkAndTheRestOne()
    {
        const int Nearest = 5;
        using var scope = NewDisposeScope();
        var options = new AdaptiveWeightOptions { Nearest = Nearest, Hardness = 1, LeastWeight = .05, MostWeight = 3 };
        using var estimator = new MatchEstimator(options, ClusterPolicyTests.Setting(1, 5));
        var policy = new MatchWeighting(estimator, options, .5);
        var direction = Contrast.Random(21, positives: true);
        policy.Apply(direction, new StepContext(0)).ShouldBeSameAs(direction);
        estimator.State.Single(s => s.Name == "trust").Value[0].fill_(1L);

        var weights = policy.Apply(direction, new StepContext(0)).Blocks[1].LogWeight!;

        for (var i = 0; i < 7; i++)
        {
            var before = Losses.SlowLoss.Row(direction, i).Skip(1).ToArray();
            var alive = Enumerable.Range(0, 11).Where(j => before[j] is { W: > 0, Positive: false }).ToArray();
            var cosines = Enumerable.Range(0, 11).Select(j => direction.Blocks[1].Cosine[i, j].item<double>()).ToArray();
            var nearest = alive.OrderByDescending(j => cosines[j]).Take(Nearest).ToArray();
            var total = nearest.Sum(j => Math.Exp(cosines[j] / .5));
            for (var j = 0; j < 11; j++)
            {
                var p = 1 / (1 + Math.Exp(-estimator.Logit(direction.PositiveBlock.Keys[i, 0], direction.Blocks[1].Keys[j]).item<double>()));
                var w = !nearest.Contains(j) ? 1 : Math.Clamp((1 - p) * nearest.Length * Math.Exp(cosines[j] / .5) / total, .05, 3);
                Math.Exp(weights[i, j].item<double>()).ShouldBe(before[j].W * w, 1e-12, $"{i}, {j}");
            }
        }
    }

    // Records are a direction in two dimensions that every view shares; the other fourteen are drawn anew for every view.
    private static EstimatorMeasures Run(MatchEstimator estimator, NegativeQueue queue, int steps, bool recordsReturn)
    {
        using var generator = new Generator(8);
        var plan = new TwoViewPlan();
        var objective = new ComposedObjective(plan, [new SameRecordMask()], new StreamingContrastive.Learning.Objectives.Losses.InfoNceLoss(.2), learned: [estimator]);
        var identity = randn(Records, 2, ScalarType.Float64, generator: generator) * 2;
        EstimatorMeasures? measures = null;
        for (var step = 0; step < steps; step++)
        {
            using var inner = NewDisposeScope();
            var ids = Enumerable.Range(0, Rows).Select(i => (long)((step * Rows) + i)).ToArray();
            var rows = tensor(ids).remainder(Records);
            Tensor View() => nn.functional.normalize(cat([identity.index_select(0, rows), randn(Rows, 14, ScalarType.Float64, generator: generator)], 1), dim: 1);
            long[] records = recordsReturn ? rows.data<long>().ToArray() : ids;
            var meta = Contrast.With(Contrast.With(Contrast.With(Contrast.Meta(records), MetaField.Label, rows.data<long>().ToArray()), MetaField.Step, [.. ids.Select(_ => (long)step)]), MetaField.EventTime, ids);
            var encoded = new Encoded([new EncodedPart("picture", View().requires_grad_(true), View())], meta);
            var context = new StepContext(step);
            var result = objective.Evaluate(encoded, [queue.Snapshot()], context);
            objective.Learn(encoded, result, context);
            measures = objective.Measure(result, context).Estimator;
            foreach (var keys in objective.Keys(encoded))
            {
                queue.Enqueue(keys.Keys, keys.Items);
            }
        }

        return measures!;
    }
}
