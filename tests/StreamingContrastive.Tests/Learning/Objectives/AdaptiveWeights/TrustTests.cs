using StreamingContrastive.Learning.Objectives.AdaptiveWeights;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.AdaptiveWeights;

[Collection(TorchTests.Name)]
public sealed class TrustTests
{
    [Fact]
    public void Observe_Windows_EarnsTrustAtOnceAndLosesItAfterItsPatience()
    {
        using var trust = new Trust(patience: 3);
        bool After(double auc, double cosine)
        {
            trust.Observe((auc, cosine, 0));
            return trust.IsTrusted;
        }

        trust.IsTrusted.ShouldBeFalse();
        trust.Last.ShouldBeNull();
        After(.8, .9).ShouldBeFalse();
        After(.9, .9).ShouldBeFalse("the same is no advantage");
        After(.91, .9).ShouldBeTrue();
        After(.8, .9).ShouldBeTrue();
        After(.8, .9).ShouldBeTrue();
        trust.Observe(null);
        trust.IsTrusted.ShouldBeTrue("a window that cannot be judged says nothing");
        After(.8, .9).ShouldBeFalse();
        After(.95, .9).ShouldBeTrue();
        After(.8, .9).ShouldBeTrue("counting begins anew");
        trust.Last.ShouldBe((.8, .9, 0));
    }

    [Fact]
    public void Judge_SeparablePairs_FindsThatTheyAre()
    {
        using var scope = NewDisposeScope();
        using var held = new HeldOutPairs(4, ScalarType.Float64, CPU);
        var left = Contrast.UnitRows(1, 300, 4);
        held.Add(left.narrow(0, 0, 63), left.narrow(0, 0, 63), -left.narrow(0, 0, 63));
        held.Judge((a, b) => (a * b).sum(-1), .1).ShouldBeNull("too few");

        held.Add(left, left, -left);
        held.Add(left, left, -left);

        held.Count.ShouldBe(HeldOutPairs.Capacity);
        var (auc, cosine, error) = held.Judge((a, b) => (a * b).sum(-1) * -100, .1)!.Value;
        (auc, cosine).ShouldBe((0, 1));
        error.ShouldBe(1, 1e-6);
    }

    [Fact]
    public void Add_MoreThanTheRing_KeepsTheNewest()
    {
        using var scope = NewDisposeScope();
        using var held = new HeldOutPairs(1, ScalarType.Float64, CPU);
        var numbers = arange(1300, ScalarType.Float64).unsqueeze(1);

        held.Add(numbers.narrow(0, 0, 700), numbers.narrow(0, 0, 700), numbers.narrow(0, 0, 700));
        held.Add(numbers.narrow(0, 700, 600), numbers.narrow(0, 700, 600), numbers.narrow(0, 700, 600));

        held.State.Single(s => s.Name == "held_again").Value.select(1, 0).squeeze(1).data<double>().ToArray().Order().ShouldBe(Enumerable.Range(788, 512).Select(i => (double)i));
    }
}
