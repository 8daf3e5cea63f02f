using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Encoders.Text;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Encoders.Text;

[Collection(TorchTests.Name)]
public sealed class TextBackboneTests
{
    private const int DistinctIds = 12; // of TextCase.Texts, all in different buckets

    public static TheoryData<TextArchitecture> Architectures => TextCase.Architectures;

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Forward_SomeTexts_MatchesTheReference(TextArchitecture architecture)
    {
        using var scope = NewDisposeScope();
        using var c = new TextCase(TextCase.Of(architecture));
        var texts = TextCase.Texts();

        var features = c.Evaluate(texts);

        features.shape.ShouldBe([texts.Length, c.Options.Dimension]);
        for (var i = 0; i < texts.Length; i++)
        {
            var expected = ReferenceTextEncoder.Encode(c, texts[i]);
            features[i].data<double>().ToArray().Zip(expected, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-12, $"text {i}");
        }
    }

    /// <summary>Every parameter, by central differences: a table that is used but learns nothing would pass every other test.</summary>
    [Theory]
    [MemberData(nameof(Architectures))]
    public void Forward_Gradients_EqualFiniteDifferences(TextArchitecture architecture)
    {
        using var scope = NewDisposeScope();
        using var c = new TextCase(TextCase.Of(architecture));
        c.State.EnableGradients();
        var ids = TextCase.Ids(TextCase.Texts());
        var mix = randn([3, c.Options.Dimension], dtype: ScalarType.Float64, generator: new Generator(2));
        var pass = ForwardPass.Train(c.State, new ForwardDraws(1, 2, "text.query"));
        c.Backbone.Forward(pass, ids).mul(mix).sum().backward();
        var gradients = c.State.FlatGradients!.clone().data<double>().ToArray();

        using var noGradients = no_grad();
        var random = new Random(3);
        foreach (var spec in c.Layout.Parameters)
        {
            // Every fifth value of the table's 50 rows, so that rows with and without texts are both met.
            for (var i = 0L; i < spec.Length; i += spec.Length > 100 ? 5 : 1)
            {
                var at = c.State.Flat.narrow(0, spec.Offset + i, 1);
                var difference = (Loss(at, 1e-6) - Loss(at, -1e-6)) / 2e-6;
                gradients[spec.Offset + i].ShouldBe(difference, 1e-6, $"{spec.Name}[{i}]");
            }
        }

        double Loss(Tensor at, double step)
        {
            using var inner = NewDisposeScope();
            at.add_(step);
            var loss = c.Backbone.Forward(pass, ids).mul(mix).sum().item<double>();
            at.add_(-step);
            return loss;
        }
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Forward_MorePadding_ChangesNothing(TextArchitecture architecture)
    {
        using var scope = NewDisposeScope();
        using var c = new TextCase(TextCase.Of(architecture));

        var narrow = c.Evaluate(TextCase.Texts(9));
        var wide = c.Evaluate([.. TextCase.Texts(30), TextCase.Text(30, [.. Enumerable.Range(1, 30).Select(i => new long[] { i })])]).narrow(0, 0, 3);

        (narrow - wide).abs().max().item<double>().ShouldBeLessThan(1e-13);
    }

    [Fact]
    public void Forward_WordsInAnotherOrder_MatterToTheTransformerOnly()
    {
        using var scope = NewDisposeScope();
        long[][] texts = [TextCase.Text(6, [7, 8], [9], [10, 11, 12]), TextCase.Text(6, [10, 11, 12], [9], [7, 8])];
        double Difference(TextEncoderOptions options)
        {
            using var c = new TextCase(options);
            var features = c.Evaluate(texts);
            return (features[0] - features[1]).abs().max().item<double>();
        }

        Difference(TextCase.Bag).ShouldBeLessThan(1e-14);
        Difference(TextCase.Transformer).ShouldBeGreaterThan(1e-2);
    }

    [Fact]
    public void Forward_WordsSplitElsewhere_MatterToTheTransformerOnly()
    {
        using var scope = NewDisposeScope();
        long[][] texts = [TextCase.Text(4, [7, 8], [9, 10]), TextCase.Text(4, [7], [8, 9, 10])];
        double Difference(TextEncoderOptions options)
        {
            using var c = new TextCase(options);
            var features = c.Evaluate(texts);
            return (features[0] - features[1]).abs().max().item<double>();
        }

        Difference(TextCase.Bag).ShouldBeLessThan(1e-14);
        Difference(TextCase.Transformer).ShouldBeGreaterThan(1e-2);
    }

    /// <summary>Rows of records without the part: their values mean nothing, but no NaN may reach the other rows' gradients.</summary>
    [Theory]
    [MemberData(nameof(Architectures))]
    public void Forward_ATextOfPadding_IsFiniteAndLeavesTheOthersAlone(TextArchitecture architecture)
    {
        using var scope = NewDisposeScope();
        using var c = new TextCase(TextCase.Of(architecture));
        c.State.EnableGradients();
        var features = c.Evaluate([.. TextCase.Texts(), new long[9]]);

        features.sum().backward();

        features.isfinite().all().item<bool>().ShouldBeTrue();
        c.State.FlatGradients!.isfinite().all().item<bool>().ShouldBeTrue();
        (features.narrow(0, 0, 3) - c.Evaluate(TextCase.Texts())).abs().max().item<double>().ShouldBeLessThan(1e-13);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Forward_PaddingsRow_HasNoGradient(TextArchitecture architecture)
    {
        using var scope = NewDisposeScope();
        using var c = new TextCase(TextCase.Of(architecture));
        c.State.EnableGradients();

        c.Evaluate(TextCase.Texts()).pow(2).sum().backward();

        var table = c.State.FlatGradients!.narrow(0, 0, 50 * c.Options.Dimension).view(50, -1);
        table[0].abs().sum().item<double>().ShouldBe(0);
        table.abs().sum(1).gt(0).sum().item<long>().ShouldBe(DistinctIds);
    }

    [Fact]
    public void Create_HeadsThatDoNotDivide_SaysWhichDo()
    {
        var problem = Should.Throw<ArgumentException>(() => new TextCase(TextCase.Transformer with { Dimension = 10, Heads = 4 }));

        problem.Message.ShouldContain("encoder:text:heads = 4 does not divide encoder:text:dimension = 10");
        problem.Message.ShouldContain("Take 2 heads");
    }

    [Fact]
    public void Create_AnOddDimension_IsRefusedForPositionsOnly()
    {
        Should.Throw<ArgumentException>(() => new TextCase(TextCase.Transformer with { Dimension = 9, Heads = 3 })).Message.ShouldContain("dimension = 9 is odd");
        using var bag = new TextCase(TextCase.Bag with { Dimension = 9 });
    }
}
