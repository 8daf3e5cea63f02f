using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Clusters;
using StreamingContrastive.Learning.Objectives.Losses;
using StreamingContrastive.Learning.Objectives.Plans;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Clusters;

[Collection(TorchTests.Name)]
public sealed class ClusterPolicyTests
{
    private static readonly StepContext Step = new(0);

    [Fact]
    public void Block_LearningMdsExample_IsItsGoldenNumbers()
    {
        // s+ = .8, one negative at 0, the hard negative at .6 (T .5); the key lies nearest to the first centroid, second to (.6, .8).
        using var scope = NewDisposeScope();
        var direction = Contrast.Direction(Contrast.Rows(ScalarType.Float64, [1, 0]), Contrast.Rows(ScalarType.Float64, [.8, -.6]), Contrast.Rows(ScalarType.Float64, [0, 1]));
        var centroids = Contrast.Rows(ScalarType.Float64, [1, 0], [.6, .8], [-1, 0]);
        double Loss(double weight) => Contrast.Loss(direction with { Blocks = direction.Blocks.Add(SecondNearest.Block(direction, centroids, weight)) }, .5);

        Loss(0).ShouldBe(.627123, 1e-6);
        Loss(1).ShouldBe(1.106586, 1e-6);
    }

    [Theory]
    [InlineData(-.1, .1)]
    [InlineData(-.3, 0)]
    [InlineData(-.6, .1)]
    public void Penalty_LearningMdsExamples_AreItsGoldenNumbers(double difference, double expected)
    {
        using var scope = NewDisposeScope();

        BidirectionalMargin.Penalty(tensor(difference, ScalarType.Float64), .2, .5).item<double>().ShouldBe(expected, 1e-12);
    }

    [Fact]
    public void Apply_TwoParts_MasksWhereEitherAgrees()
    {
        using var scope = NewDisposeScope();
        using var guide = Guide(new(), parts: 2);
        var direction = WithIds(Contrast.TestVector(), rows: [Packed(3, 7)], columns: [Packed(3, 8), Packed(4, 7), Packed(4, 8)]);

        Contrast.Weights(new SameCluster(guide, null).Apply(direction, Step)).ShouldBe([double.NegativeInfinity, double.NegativeInfinity, 0]);
        Contrast.Weights(new SameCluster(guide, .1).Apply(direction, Step)).ShouldBe([Math.Log(.1), Math.Log(.1), 0]);
    }

    [Fact]
    public void Apply_NoCluster_AgreesWithNothing()
    {
        using var scope = NewDisposeScope();
        using var guide = Guide(new(), parts: 2);
        var direction = WithIds(Contrast.TestVector(), rows: [Packed(0, 7)], columns: [Packed(0, 0), Packed(0, 8), Packed(7, 0)]);

        Contrast.Weights(new SameCluster(guide, null).Apply(direction, Step)).ShouldBe([0, 0, 0]);
    }

    [Fact]
    public void Apply_GateClosed_LeavesTheDirectionAsItIs()
    {
        using var scope = NewDisposeScope();
        using var guide = new ClusterGuide(new(), Setting(2, 8));
        var direction = WithIds(Contrast.TestVector(), rows: [Packed(3, 7)], columns: [Packed(3, 7), Packed(3, 7), Packed(3, 7)]);

        foreach (var policy in (IPolicy[])[new SameCluster(guide, null), new SameCluster(guide, .5), new NearestClusters(guide, 1), new SecondNearest(guide, 0)])
        {
            policy.Apply(direction, Step).ShouldBeSameAs(direction);
        }

        new BidirectionalMargin(guide, 1, .2, .5).Forward(direction).ShouldBeNull();
    }

    [Fact]
    public void Far_RandomCentroids_IsAllButTheNearest()
    {
        const int Nearest = 2;
        using var scope = NewDisposeScope();
        var centroids = Contrast.UnitRows(31, 6, 4);

        var far = NearestClusters.Far(centroids, Nearest);

        for (var a = 0; a < 6; a++)
        {
            var near = Enumerable.Range(0, 6).OrderByDescending(c => c == a ? 2 : centroids[a].dot(centroids[c]).item<double>()).Take(Nearest + 1).ToHashSet();
            for (var b = 0; b < 6; b++)
            {
                far[a + 1, b + 1].item<bool>().ShouldBe(!near.Contains(b), $"{a}, {b}");
            }
        }

        (far[0].any().item<bool>() || far.select(1, 0).any().item<bool>()).ShouldBeFalse();
    }

    [Fact]
    public void Forward_RandomRows_EqualsTheSlowMean()
    {
        using var scope = NewDisposeScope();
        using var guide = Guide(new(), parts: 1);
        var direction = WithIds(Contrast.Random(77), rows: [.. Enumerable.Range(0, 7).Select(i => (long)(i % 3))], columns: [.. Enumerable.Range(0, 11).Select(j => (long)(j % 3))]);
        var columns = Contrast.With(direction.Blocks[1].Columns!, MetaField.RecordId, [4, .. Enumerable.Range(100, 10).Select(i => (long)i)]);
        direction = Contrast.WithColumns(direction, columns);
        var terms = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            for (var j = 0; j < 11; j++)
            {
                if (i % 3 != 0 && i % 3 == j % 3 && !(i == 4 && j == 0))
                {
                    var d = direction.Blocks[1].Cosine[i, j].item<double>() - direction.PositiveBlock.Cosine[i, 0].item<double>();
                    terms.Add(Math.Max(0, d + .2) + Math.Max(0, -d - .5));
                }
            }
        }

        new BidirectionalMargin(guide, 3, .2, .5).Forward(direction)!.item<double>().ShouldBe(3 * terms.Average(), 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void With_OnePartsIds_LeavesTheOthers(int part)
    {
        using var scope = NewDisposeScope();
        var packed = tensor(new[] { 5L, Packed(1, 65535, 9), 0 });

        var changed = ClusterIds.With(packed, part, tensor(new[] { 65535L, 2, 4 }));

        for (var other = 0; other < 3; other++)
        {
            ClusterIds.Of(changed, other).data<long>().ToArray().ShouldBe(other == part ? [65535, 2, 4] : ClusterIds.Of(packed, other).data<long>().ToArray());
        }
    }

    [Fact]
    public void ByRecord_RecordsOfAnotherOrder_FindsTheirIds()
    {
        using var scope = NewDisposeScope();

        ClusterGuide.ByRecord(tensor(new[] { 9L, -3, 5, 9 }), tensor(new[] { 1L, 2, 3, 4 }), tensor(new[] { 5L, 6, 9, -3, 100, -9 })).data<long>().ToArray().ShouldBe([3, 0, 4, 2, 0, 0]);
    }

    internal static long Packed(params long[] ids) => ids.Select((id, part) => id << (16 * part)).Sum();

    internal static LearnedSetting Setting(int parts, int dimension, ScalarType type = ScalarType.Float64) =>
        new([.. Enumerable.Range(0, parts).Select(p => $"part{p}")], dimension, type, CPU, 5);

    private static Direction WithIds(Direction direction, long[] rows, long[] columns) =>
        Contrast.WithColumns(direction, Contrast.With(direction.Blocks.Single(b => b.Origin == Origin.Queue).Columns!, MetaField.Cluster, columns)) with { Rows = Contrast.With(direction.Rows, MetaField.Cluster, rows) };

    // Opened by one step of random keys.
    private static ClusterGuide Guide(ClusterOptions options, int parts)
    {
        var guide = new ClusterGuide(options with { Count = 4, StartCosine = 1 }, Setting(parts, 8));
        using var scope = NewDisposeScope();
        var encoded = new Encoded([.. Enumerable.Range(0, parts).Select(p => new EncodedPart($"part{p}", Contrast.UnitRows(90, 6, 8), Contrast.UnitRows((ulong)(91 + p), 6, 8)))], Contrast.Meta(0, 6));
        guide.Learn(encoded, new ObjectiveResult(zeros([]), []), Step);
        guide.IsOpen.ShouldBeTrue();
        return guide;
    }
}
