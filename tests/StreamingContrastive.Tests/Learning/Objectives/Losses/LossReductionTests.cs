using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Losses;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Losses;

/// <summary>The families meet InfoNCE at their neutral setting, through the general path (learning.md G9, section 7).</summary>
[Collection(TorchTests.Name)]
public sealed class LossReductionTests
{
    public static TheoryData<string> Names => [.. Neutral.Keys];

    private static readonly Dictionary<string, ILoss> Neutral = new()
    {
        ["debiased, tau 0"] = new DebiasedLoss(0.1, 0, 0),
        ["hcl, beta 0, tau 0"] = new DebiasedLoss(0.1, 0, 0.0),
        ["supCon, one positive"] = new SupConLoss(0.1, null),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_NeutralSetting_IsInfoNceInBothPrecisions(string name)
    {
        foreach (var (dtype, tolerance) in ((ScalarType, double)[])[(ScalarType.Float64, 1e-12), (ScalarType.Float32, 1e-6)])
        {
            using var scope = NewDisposeScope();
            var direction = Contrast.Random(11, dtype: dtype);

            var expected = new InfoNceLoss(0.1).Forward(direction).PerRow;
            var difference = (Neutral[name].Forward(direction).PerRow - expected).abs() / expected.abs().clamp_min(1);

            difference.max().to(ScalarType.Float64).item<double>().ShouldBeLessThan(tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_NeutralSetting_IsThatOfInfoNce(string name)
    {
        using var scope = NewDisposeScope();
        Tensor Gradient(ILoss loss)
        {
            var q = Contrast.UnitRows(1, 6, 16).requires_grad_();
            loss.Forward(Contrast.Direction(q, Contrast.UnitRows(2, 6, 16), Contrast.UnitRows(3, 40, 16))).PerRow.mean().backward();
            return q.grad!;
        }

        (Gradient(Neutral[name]) - Gradient(new InfoNceLoss(0.1))).abs().max().item<double>().ShouldBeLessThan(1e-12);
    }

    [Fact]
    public void Dcl_PositiveFarBehind_MeetsInfoNce()
    {
        // The positive leaves the denominator: where it weighs nothing there, both are the same (limit to 1e-6).
        using var scope = NewDisposeScope();
        var q = Contrast.Rows(ScalarType.Float64, [1, 0]);
        var direction = Contrast.Direction(q, -q, Contrast.Rows(ScalarType.Float64, [1, 0], [.6, .8]));

        Contrast.Loss(direction, new DclLoss(0.1, null)).ShouldBe(Contrast.Loss(direction, 0.1), 1e-6);
    }

    [Fact]
    public void InfoNce_TemperatureToZero_IsTheMargin()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.Direction(Contrast.Rows(ScalarType.Float64, [1, 0]), Contrast.Rows(ScalarType.Float64, [.6, .8]), Contrast.Rows(ScalarType.Float64, [.8, .6], [0, 1]));

        (Contrast.Loss(direction, 1e-4) * 1e-4).ShouldBe(.8 - .6, 1e-6); // T L -> max_j s_j - s+
    }
}
