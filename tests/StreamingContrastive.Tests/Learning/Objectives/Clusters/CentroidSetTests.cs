using StreamingContrastive.Learning.Objectives.Clusters;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Clusters;

[Collection(TorchTests.Name)]
public sealed class CentroidSetTests
{
    private static readonly Tensor Axes = eye(4, dtype: ScalarType.Float64).DetachFromDisposeScope();

    [Fact]
    public void TryOpen_KeysAllAlike_WaitsForTheGate()
    {
        using var scope = NewDisposeScope();
        using var set = new CentroidSet(new() { Count = 4, StartCosine = 0.4 }, 4, ScalarType.Float64, CPU);
        var alike = nn.functional.normalize(Axes + 5);

        set.TryOpen(alike, null, alike, 3, 1).ShouldBeFalse();
        set.Ids(alike).data<long>().ToArray().ShouldAllBe(id => id == 0);
        set.TryOpen(Axes, null, Axes.narrow(0, 0, 3), 3, 1).ShouldBeFalse("three rows make no four clusters");
        set.TryOpen(Axes, null, Axes, 4, 1).ShouldBeTrue();

        set.IsOpen.ShouldBeTrue();
        set.Ids(Axes).data<long>().ToArray().Order().ShouldBe([1, 2, 3, 4]);
        set.TryOpen(Axes, null, Axes, 5, 1).ShouldBeFalse("open sets stay as they are");
    }

    [Fact]
    public void Learn_OneClusterGetsKeys_MovesByTheRateOfItsOwnUpdates()
    {
        using var scope = NewDisposeScope();
        using var set = Open(new() { Count = 4, LeastRate = 0.3 });
        var key = nn.functional.normalize(Contrast.Rows(ScalarType.Float64, [1, .5, 0, 0]));
        var at = (int)set.Ids(Axes)[0].item<long>() - 1;
        var expected = Axes[0];

        for (var n = 1; n <= 5; n++)
        {
            set.Learn(key, null, n);
            var eta = Math.Max(0.3, 1.0 / n);
            expected = nn.functional.normalize((expected * (1 - eta)) + (key[0] * eta), dim: 0);
            (set.Centroids[at] - expected).abs().max().item<double>().ShouldBe(0, 1e-12, $"update {n}");
        }

        set.Centroids.index_select(0, set.Ids(Axes.narrow(0, 2, 2)) - 1).SameAs(Axes.narrow(0, 2, 2)).ShouldBeTrue("clusters without keys stay");
    }

    [Fact]
    public void Learn_ClusterUnseenForLong_BeginsAnewAtTheFarthestKey()
    {
        using var scope = NewDisposeScope();
        using var set = Open(new() { Count = 4, ReseedAfterSteps = 3 });
        // Near the first two axes, but the last row: it is farthest from where it belongs.
        var keys = nn.functional.normalize(tensor(new[,] { { 1.0, .05, 0, 0 }, { 0, 1, .05, 0 }, { 1, .9, 0, 0 } }));
        for (var step = 1; step < 3; step++)
        {
            set.Learn(keys, null, step);
        }

        set.Reseeds.item<long>().ShouldBe(0);
        set.Learn(keys, null, 3);

        set.Reseeds.item<long>().ShouldBe(2);
        set.Ids(keys)[2].item<long>().ShouldNotBe(set.Ids(keys)[0].item<long>());
        set.Centroids.matmul(keys[2]).max().item<double>().ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Learn_RowsMissing_NeitherMoveNorReseed()
    {
        using var scope = NewDisposeScope();
        using var set = Open(new() { Count = 4, ReseedAfterSteps = 1 });
        var before = set.Centroids.clone();

        set.Learn(zeros(2, 4, ScalarType.Float64), tensor([false, false]), 9);

        set.Centroids.SameAs(before).ShouldBeTrue();
        set.Reseeds.item<long>().ShouldBe(0);
    }

    [Fact]
    public void HasDrifted_CentroidMovesAway_SaysSoOnce()
    {
        using var scope = NewDisposeScope();
        using var set = Open(new() { Count = 4, Drift = 0.05, LeastRate = 0.01 });

        set.HasDrifted().ShouldBeTrue("nothing was ever assigned");
        set.HasDrifted().ShouldBeFalse();
        set.Learn(nn.functional.normalize(Contrast.Rows(ScalarType.Float64, [1, .2, 0, 0])), null, 1); // cosine 0.98
        set.HasDrifted().ShouldBeFalse();
        set.Learn(nn.functional.normalize(Contrast.Rows(ScalarType.Float64, [1, .9, 0, 0])), null, 2);
        set.HasDrifted().ShouldBeTrue();
        set.HasDrifted().ShouldBeFalse();
    }

    private static CentroidSet Open(ClusterOptions options)
    {
        var set = new CentroidSet(options, 4, ScalarType.Float64, CPU);
        set.TryOpen(Axes, null, Axes, 0, 1).ShouldBeTrue();
        return set;
    }
}
