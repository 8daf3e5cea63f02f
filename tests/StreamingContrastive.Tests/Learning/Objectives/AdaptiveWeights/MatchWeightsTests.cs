using StreamingContrastive.Learning.Objectives.AdaptiveWeights;
using StreamingContrastive.Learning.Objectives.Policies;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.AdaptiveWeights;

[Collection(TorchTests.Name)]
public sealed class MatchWeightsTests
{
    private const double T = 0.5;

    [Theory]
    [InlineData(new[] { .9, .1, 0 }, 0.0, .243779238)]
    [InlineData(new[] { .9, .1, 0 }, 1.0, .242704474)]
    [InlineData(new[] { .9, 0, 0 }, 0.0, .259477213)]
    [InlineData(new[] { 0.0, 0, 0 }, 0.0, .641611902)]
    public void Log_LearningMdsExamples_AreItsGoldenNumbers(double[] match, double hardness, double expected)
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.TestVector();

        var weight = MatchWeights.Log(Contrast.Rows(ScalarType.Float64, match), direction.Blocks[1].Cosine, hardness / T, 1e-6, 100);

        Contrast.Loss(Contrast.WithQueueWeights(direction, weight), T).ShouldBe(expected, 1e-8);
    }

    [Fact]
    public void Hardness_LearningMdsExample_IsItsGoldenNumbers()
    {
        using var scope = NewDisposeScope();

        MatchWeights.Hardness(Contrast.TestVector().Blocks[1].Cosine, 1 / T).data<double>().ToArray().ShouldBe([2.235542, .673332, .091126], 1e-6);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Log_NoMatchNoHardness_IsInfoNceToTheBit(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.Direction(Contrast.UnitRows(1, 9, 6, type), Contrast.UnitRows(2, 9, 6, type), Contrast.UnitRows(3, 33, 6, type));

        var weight = MatchWeights.Log(zeros(9, 33, type), direction.Blocks[1].Cosine, 0, .01, 10);
        var weighted = direction with { Blocks = [direction.Blocks[0], Candidates.AddLogWeight(direction.Blocks[1], weight)] };

        Contrast.Loss(weighted, T).ShouldBe(Contrast.Loss(direction, T));
    }

    [Fact]
    public void Hardness_RemovedCandidatesAndEmptyRows_HaveMeanOneOverTheRest()
    {
        using var scope = NewDisposeScope();
        var none = double.NegativeInfinity;

        var h = MatchWeights.Hardness(Contrast.Rows(ScalarType.Float64, [.3, none, .1, -.2], [none, none, none, none]), 2);

        h[0].sum().item<double>().ShouldBe(3, 1e-12);
        h[0, 1].item<double>().ShouldBe(0);
        h[1].data<double>().ToArray().ShouldAllBe(x => x == 0);
    }

    [Fact]
    public void Log_SureMatchAndVeryHard_StaysInItsBounds()
    {
        using var scope = NewDisposeScope();

        var weight = MatchWeights.Log(Contrast.Rows(ScalarType.Float64, [1, 0, 0]), Contrast.Rows(ScalarType.Float64, [0, 1, -1]), 20, .01, 2).exp();

        weight.data<double>().ToArray().ShouldBe([.01, 2, .01], 1e-12);
    }
}
