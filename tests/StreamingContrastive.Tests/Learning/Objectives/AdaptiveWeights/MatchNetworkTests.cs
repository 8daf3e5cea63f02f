using StreamingContrastive.Learning.Objectives.AdaptiveWeights;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.AdaptiveWeights;

[Collection(TorchTests.Name)]
public sealed class MatchNetworkTests
{
    [Fact]
    public void Logit_RandomParameters_EqualsTheSlowReference()
    {
        const int Dimension = 3, Hidden = 4;
        using var scope = NewDisposeScope();
        var network = new MatchNetwork(Dimension, Hidden);
        var parameters = randn(network.ParameterCount, ScalarType.Float64, generator: new Generator(3));
        var p = parameters.data<double>().ToArray();
        var (left, right) = (Contrast.UnitRows(1, 5, Dimension), Contrast.UnitRows(2, 5, Dimension));

        var logit = network.Logit(parameters, left, right);

        for (var i = 0; i < 5; i++)
        {
            var a = left[i].data<double>().ToArray();
            var b = right[i].data<double>().ToArray();
            double[] features = [.. a.Zip(b, (x, y) => Math.Abs(x - y)), .. a.Zip(b, (x, y) => x * y)];
            var expected = p[^1];
            for (var h = 0; h < Hidden; h++)
            {
                var unit = features.Select((f, k) => f * p[(h * 2 * Dimension) + k]).Sum() + p[(Hidden * 2 * Dimension) + h];
                expected += Math.Max(0, unit) * p[(Hidden * 2 * Dimension) + Hidden + h];
            }

            logit[i].item<double>().ShouldBe(expected, 1e-12);
        }

        (network.Logit(parameters, right, left) - logit).abs().max().item<double>().ShouldBe(0, 1e-12);
    }

    [Fact]
    public void Initial_AnyPair_OrdersAsTheCosineDoes()
    {
        using var scope = NewDisposeScope();
        var network = new MatchNetwork(8, 16);
        var (left, right) = (Contrast.UnitRows(1, 30, 8), Contrast.UnitRows(2, 30, 8));

        var logit = network.Logit(network.Initial(7), left, right);

        ((logit + 7) / 10 - (left * right).sum(1)).abs().max().item<double>().ShouldBe(0, 1e-12);
    }

    [Fact]
    public void Risk_Gradient_EqualsFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        var network = new MatchNetwork(3, 4);
        using var generator = new Generator(11);
        var parameters = randn(network.ParameterCount, ScalarType.Float64, generator: generator);
        var (a, b, c) = (Contrast.UnitRows(1, 6, 3), Contrast.UnitRows(2, 6, 3), Contrast.UnitRows(3, 6, 3));
        Tensor Risk(Tensor p) => PositiveUnlabelledRisk.Of(network.Logit(p, a, b), network.Logit(p, a, c), .1);
        var leaf = parameters.clone().requires_grad_(true);
        Risk(leaf).backward();

        for (var i = 0; i < network.ParameterCount; i++)
        {
            using var step = NewDisposeScope();
            var delta = zeros_like(parameters);
            delta[i].fill_(1e-6);
            var slope = (Risk(parameters + delta) - Risk(parameters - delta)).item<double>() / 2e-6;
            leaf.grad![i].item<double>().ShouldBe(slope, 1e-6, $"parameter {i}");
        }
    }

    [Theory]
    [InlineData(-3.0)] // unlabelled pairs called none: the corrected part is above 0
    [InlineData(-30.0)] // and far too surely: it would fall below 0
    public void Of_LearningMdsFormula_IsNeverNegative(double unlabelled)
    {
        const double Prior = .3;
        using var scope = NewDisposeScope();
        double[] positive = [.5, -1, 2];
        double Soft(double x) => Math.Log(1 + Math.Exp(x));
        var expected = (Prior * positive.Average(g => Soft(-g))) + Math.Max(0, Soft(unlabelled) - (Prior * positive.Average(Soft)));

        var risk = PositiveUnlabelledRisk.Of(tensor(positive), tensor([unlabelled, unlabelled]), Prior).item<double>();

        risk.ShouldBe(expected, 1e-12);
    }

    [Fact]
    public void Of_SomePairsDoNotCount_LeavesThemOut()
    {
        using var scope = NewDisposeScope();
        var all = PositiveUnlabelledRisk.Of(tensor([.5, 2.0]), tensor([-1.0]), .2);

        PositiveUnlabelledRisk.Of(tensor([.5, 99, 2.0]), tensor([-1.0, 50]), .2, tensor([true, false, true]), tensor([true, false])).item<double>().ShouldBe(all.item<double>(), 1e-12);
        PositiveUnlabelledRisk.Of(tensor([.5]), tensor([-1.0]), .2, tensor([false])).item<double>().ShouldBe(Math.Log(1 + Math.Exp(-1)), 1e-12);
    }

    [Fact]
    public void Apply_TwoSteps_EqualsTheSlowReference()
    {
        using var scope = NewDisposeScope();
        var (parameter, mean, square) = (tensor([1.0]), tensor([0.0]), tensor([0.0]));
        double p = 1, m = 0, v = 0;
        foreach (var (gradient, step) in (ReadOnlySpan<(double, int)>)[(0.5, 1), (-2.0, 2)])
        {
            AdamStep.Apply(parameter, tensor([gradient]), mean, square, step, 0.01);
            m = (0.9 * m) + (0.1 * gradient);
            v = (0.999 * v) + (0.001 * gradient * gradient);
            p -= 0.01 * (m / (1 - Math.Pow(.9, step))) / (Math.Sqrt(v / (1 - Math.Pow(.999, step))) + 1e-8);
        }

        parameter.item<double>().ShouldBe(p, 1e-14);
    }
}
