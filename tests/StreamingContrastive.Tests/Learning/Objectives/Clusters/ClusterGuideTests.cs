using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Clusters;
using StreamingContrastive.Learning.Objectives.Losses;
using StreamingContrastive.Learning.Objectives.Plans;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Clusters;

[Collection(TorchTests.Name)]
public sealed class ClusterGuideTests
{
    private const int Dimension = 8;

    [Fact]
    public void Learn_SixGroups_FindsThemAndLeavesNoClusterDead()
    {
        using var scope = NewDisposeScope();
        using var guide = new ClusterGuide(new() { Count = 6, StartCosine = 1, ReseedAfterSteps = 5 }, ClusterPolicyTests.Setting(1, Dimension));
        NegativeQueue[] queues = [new(200, Dimension, ScalarType.Float64, CPU)];

        var measures = Run(guide, queues, 40, new TwoViewPlan(), _ => null);

        measures.OpenParts.ShouldBe(1);
        measures.Dead.ShouldBe(0);
        measures.Purity!.Value.ShouldBe(1, 1e-12);
        measures.ChancePurity!.Value.ShouldBeLessThan(.5);
    }

    [Fact]
    public void Learn_TwoParts_QueuesHoldTheIdsOfBothByRecord()
    {
        // Part 1 lacks every fifth record, so its queue is not in step with that of part 0.
        using var scope = NewDisposeScope();
        using var guide = new ClusterGuide(new() { Count = 4, StartCosine = 1, Drift = 0 }, ClusterPolicyTests.Setting(2, Dimension));
        NegativeQueue[] queues = [new(60, Dimension, ScalarType.Float64, CPU), new(60, Dimension, ScalarType.Float64, CPU)];

        Run(guide, queues, 12, new CrossModalPlan(NegativeSource.Queue, within: 0), part => part == 1 ? tensor([.. Enumerable.Range(0, 18).Select(i => i % 5 != 0)]) : null);

        for (var q = 0; q < 2; q++)
        {
            var (meta, other) = (new ItemMeta(queues[q].Meta), new ItemMeta(queues[1 - q].Meta));
            var records = other[MetaField.RecordId].data<long>().ToArray();
            var withBoth = 0;
            for (var j = 0; j < 60; j++)
            {
                var id = meta[MetaField.RecordId][j].item<long>();
                Id(meta, j, q).ShouldBe(guide.Open(q)!.Ids(queues[q].Keys)[j].item<long>(), $"queue {q}, row {j}");
                var at = Array.LastIndexOf(records, id);
                if (at >= 0)
                {
                    withBoth++;
                    Id(meta, j, 1 - q).ShouldBe(guide.Open(1 - q)!.Ids(queues[1 - q].Keys)[at].item<long>(), $"queue {q}, row {j}, other part");
                }
            }

            withBoth.ShouldBeGreaterThan(30);
        }
    }

    [Fact]
    public void Create_MoreThanThreeParts_SaysWhy() =>
        Should.Throw<ArgumentException>(() => new ClusterGuide(new(), ClusterPolicyTests.Setting(4, 8))).Message.ShouldContain("at most 3 parts");

    // The step before the last drift assigns all; rows enqueued after it are assigned by the same centroids.
    private static long Id(ItemMeta meta, int row, int part) => ClusterIds.Of(meta[MetaField.Cluster], part)[row].item<long>();

    private static ClusterMeasures Run(ClusterGuide guide, NegativeQueue[] queues, int steps, IPlan plan, Func<int, Tensor?> present)
    {
        using var generator = new Generator(3);
        var objective = new ComposedObjective(plan, [new SameCluster(guide, null), new SecondNearest(guide, 0)], new InfoNceLoss(.2), learned: [guide], terms: [new BidirectionalMargin(guide, .1, .2, .5)]);
        ClusterMeasures? measures = null;
        for (var step = 0; step < steps; step++)
        {
            using var inner = NewDisposeScope();
            var groups = arange(18, ScalarType.Int64).remainder(6);
            Tensor View() => nn.functional.normalize(eye(Dimension, dtype: ScalarType.Float64).index_select(0, groups) + (0.1 * randn(18, Dimension, ScalarType.Float64, generator: generator)), dim: 1);
            var meta = Contrast.With(Contrast.Meta((step * 18) + 1, 18), MetaField.Label, groups.data<long>().ToArray());
            var encoded = new Encoded([.. queues.Select((_, part) => Part(part, View().requires_grad_(true), View(), present(part)))], meta);
            var context = new StepContext(step);
            var result = objective.Evaluate(encoded, [.. queues.Select(q => q.Snapshot())], context);
            double.IsFinite(result.Loss.item<double>()).ShouldBeTrue();
            objective.Learn(encoded, result, context);
            objective.Commit(encoded, queues, _ => throw new InvalidOperationException("These queues keep no inputs."));
            measures = objective.Measure(result, context).Clusters;
        }

        return measures!;
    }

    private static EncodedPart Part(int part, Tensor query, Tensor key, Tensor? present) => new($"part{part}", query, key)
    {
        Present = present,
        PresentRows = present?.nonzero().squeeze(1),
    };
}
