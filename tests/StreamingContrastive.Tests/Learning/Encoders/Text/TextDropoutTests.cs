using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Encoders.Text;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Encoders.Text;

/// <summary>SimCSE's views (Gao et al. 2021): the same text twice, through different dropout. A resume must draw what an unbroken run draws.</summary>
[Collection(TorchTests.Name)]
public sealed class TextDropoutTests
{
    private static readonly ForwardDraws Query = new(Seed: 1, Step: 7, "text.query");

    public static TheoryData<TextArchitecture> Architectures => TextCase.Architectures;

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Forward_SameSeedStepAndView_IsBitIdentical(TextArchitecture architecture)
    {
        using var scope = NewDisposeScope();
        using var c = new TextCase(TextCase.Of(architecture));
        var first = Train(c, Query);
        _ = rand(100); // the global generator moves on and must not matter

        Train(c, Query).eq(first).all().item<bool>().ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Forward_AnotherSeedStepOrView_DropsOtherValues(TextArchitecture architecture)
    {
        using var scope = NewDisposeScope();
        using var c = new TextCase(TextCase.Of(architecture));
        Tensor[] all = [Train(c, Query), Train(c, Query with { Seed = 2 }), Train(c, Query with { Step = 8 }), Train(c, Query with { Forward = "text.key" })];

        foreach (var (a, b) in all.SelectMany((a, i) => all.Skip(i + 1).Select(b => (a, b))))
        {
            (a - b).abs().max().item<double>().ShouldBeGreaterThan(1e-3);
        }
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Forward_ForEmbeddings_DropsNothing(TextArchitecture architecture)
    {
        using var scope = NewDisposeScope();
        using var dropping = new TextCase(TextCase.Of(architecture));
        using var plain = new TextCase(TextCase.Of(architecture) with { Dropout = 0 });

        dropping.Evaluate(TextCase.Texts()).eq(plain.Evaluate(TextCase.Texts())).all().item<bool>().ShouldBeTrue();
        Train(plain, Query).eq(plain.Evaluate(TextCase.Texts())).all().item<bool>().ShouldBeTrue();
    }

    [Fact]
    public void Apply_ManyValues_KeepsTheMeanAndDropsItsShare()
    {
        using var scope = NewDisposeScope();
        using var c = new TextCase(TextCase.Bag);
        var dropped = new SeededDropout(0.25).Apply(ForwardPass.Train(c.State, Query), ones(100_000, dtype: ScalarType.Float64), "mean");

        dropped.eq(0).to(ScalarType.Float64).mean().item<double>().ShouldBe(0.25, 0.01);
        dropped.max().item<double>().ShouldBe(1 / 0.75, 1e-12);
        dropped.mean().item<double>().ShouldBe(1, 0.02);
    }

    [Fact]
    public void Apply_OnAnotherLayer_DropsOtherValues()
    {
        using var scope = NewDisposeScope();
        using var c = new TextCase(TextCase.Bag);
        var (dropout, pass) = (new SeededDropout(0.5), ForwardPass.Train(c.State, Query));

        dropout.Apply(pass, ones(100), "a").eq(dropout.Apply(pass, ones(100), "b")).all().item<bool>().ShouldBeFalse();
    }

    private static Tensor Train(TextCase c, ForwardDraws draws) => c.Backbone.Forward(ForwardPass.Train(c.State, draws), TextCase.Ids(TextCase.Texts()));
}
