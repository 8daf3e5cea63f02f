using StreamingContrastive.Learning.Objectives.Clusters;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Clusters;

[Collection(TorchTests.Name)]
public sealed class SphericalKMeansTests
{
    [Fact]
    public void Move_LearningMdsExample_IsItsGoldenNumber()
    {
        using var scope = NewDisposeScope();

        var moved = SphericalKMeans.Move(Contrast.Rows(ScalarType.Float64, [1, 0]), Contrast.Rows(ScalarType.Float64, [0, 1]), tensor([.1], ScalarType.Float64));

        moved.data<double>().ToArray().ShouldBe([.993884, .110432], 1e-6);
    }

    [Fact]
    public void Move_RateZero_GivesTheCentroidBackToTheBit()
    {
        using var scope = NewDisposeScope();
        var centroids = Contrast.UnitRows(3, 5, 7, ScalarType.Float32);

        SphericalKMeans.Move(centroids, zeros_like(centroids), zeros(5)).SameAs(centroids).ShouldBeTrue();
    }

    [Fact]
    public void AssignAndMeans_RandomRows_EqualTheSlowReference()
    {
        using var scope = NewDisposeScope();
        var (rows, centroids) = (Contrast.UnitRows(1, 40, 6), Contrast.UnitRows(2, 5, 6));
        var present = tensor([.. Enumerable.Range(0, 40).Select(i => i % 3 != 0)]);

        var (index, cosine) = SphericalKMeans.Assign(rows, centroids);
        var (count, mean) = SphericalKMeans.Means(rows, index, 6, present); // a sixth cluster that nobody falls to

        for (var i = 0; i < 40; i++)
        {
            var cosines = Enumerable.Range(0, 5).Select(c => rows[i].dot(centroids[c]).item<double>()).ToArray();
            index[i].item<long>().ShouldBe(Array.IndexOf(cosines, cosines.Max()));
            cosine[i].item<double>().ShouldBe(cosines.Max(), 1e-12);
        }

        for (var c = 0; c < 6; c++)
        {
            var members = Enumerable.Range(0, 40).Where(i => i % 3 != 0 && index[i].item<long>() == c).ToArray();
            count[c].item<double>().ShouldBe(members.Length);
            for (var d = 0; d < 6; d++)
            {
                mean[c, d].item<double>().ShouldBe(members.Length == 0 ? 0 : members.Average(i => rows[i, d].item<double>()), 1e-12);
            }
        }

        count[5].item<double>().ShouldBe(0);
    }

    [Fact]
    public void Second_RandomRows_IsTheSecondBest()
    {
        using var scope = NewDisposeScope();
        var (rows, centroids) = (Contrast.UnitRows(5, 20, 6), Contrast.UnitRows(6, 7, 6));

        var second = SphericalKMeans.Second(rows, centroids);

        for (var i = 0; i < 20; i++)
        {
            var order = Enumerable.Range(0, 7).OrderByDescending(c => rows[i].dot(centroids[c]).item<double>()).ToArray();
            second[i].item<long>().ShouldBe(order[1]);
        }
    }

    [Fact]
    public void Seeds_SixTightGroups_TakesOneOfEach()
    {
        // Twenty rows around each of six axes: uniform draws would miss some of them in most cases.
        using var scope = NewDisposeScope();
        var axes = eye(6, dtype: ScalarType.Float64).repeat_interleave(20, 0);
        var rows = nn.functional.normalize(axes + (0.02 * randn(120, 6, ScalarType.Float64, generator: new Generator(4))));

        for (var seed = 0UL; seed < 10; seed++)
        {
            var chosen = SphericalKMeans.Seeds(rows, 6, seed);
            chosen.argmax(1).data<long>().ToArray().Distinct().Count().ShouldBe(6, $"seed {seed}");
            chosen.SameAs(SphericalKMeans.Seeds(rows, 6, seed)).ShouldBeTrue();
        }
    }

    [Fact]
    public void Seeds_AllRowsTheSame_GivesThatRow()
    {
        using var scope = NewDisposeScope();
        var rows = Contrast.Rows(ScalarType.Float32, [.6, .8], [.6, .8], [.6, .8]);

        SphericalKMeans.Seeds(rows, 3, 1).SameAs(rows).ShouldBeTrue();
    }

    [Fact]
    public void MeanCosine_SomeRowsMissing_IsTheMeanOverPairsOfTheRest()
    {
        using var scope = NewDisposeScope();
        var rows = Contrast.UnitRows(8, 9, 4);
        var present = tensor([.. Enumerable.Range(0, 9).Select(i => i != 2 && i != 7)]);
        int[] kept = [0, 1, 3, 4, 5, 6, 8];
        var expected = (from i in kept from j in kept where i != j select rows[i].dot(rows[j]).item<double>()).Average();

        SphericalKMeans.MeanCosine(rows, present).item<double>().ShouldBe(expected, 1e-12);
        SphericalKMeans.MeanCosine(rows.index_select(0, tensor(kept))).item<double>().ShouldBe(expected, 1e-12);
    }
}
