using StreamingContrastive.Learning.Encoders;
using static TorchSharp.torch;
using Encoder = StreamingContrastive.Learning.Encoders.Encoder;

namespace StreamingContrastive.Tests.Learning.Encoders;

[Collection(TorchTests.Name)]
public sealed class EncoderTests
{
    [Fact]
    public void Layout_SmallResNetWidth16_IsTheDocumentedNetwork()
    {
        var encoder = new Encoder(new EncoderOptions(), channels: 1);

        encoder.FeatureDimension.ShouldBe(64);
        encoder.ProjectionHidden.ShouldBe(64);
        encoder.Layout.Parameters.Where(p => p.Shape.Length == 4).Select(p => p.Shape[0]).ShouldBe([16, 16, 16, 32, 32, 32, 64, 64, 64]);
        encoder.Layout.Parameters.ShouldAllBe(p => p.Offset % 16 == 0);
    }

    [Theory]
    [InlineData(Architecture.SmallResNet, 8, Normalization.Batch, 32)]
    [InlineData(Architecture.SmallResNet, 8, Normalization.Group, 32)]
    [InlineData(Architecture.SmallResNet, 8, Normalization.Split, 32)]
    [InlineData(Architecture.ResNet18, 0, Normalization.Split, 512)]
    [InlineData(Architecture.ResNet50, 0, Normalization.Batch, 2048)]
    [InlineData(Architecture.ResNet50, 0, Normalization.Group, 2048)]
    public void UnitFeatures_Folded_EqualsUnfolded(Architecture architecture, int width, Normalization normalization, int features)
    {
        using var scope = NewDisposeScope();
        var encoder = new Encoder(new EncoderOptions { Architecture = architecture, Width = width, Normalization = normalization, NormalizationSplits = 2 }, channels: 3);
        using var state = NetworkState.Create(encoder.Layout, ScalarType.Float64, CPU, seed: 3);
        var x = randn(5, 3, 12, 12, dtype: ScalarType.Float64, generator: new Generator(4));
        using (no_grad())
        {
            encoder.UnitFeatures(ForwardPass.Train(state), x); // moves the running statistics away from 0 and 1
        }

        using var frozen = new FrozenNetwork(encoder, state);
        var plain = encoder.UnitFeatures(ForwardPass.Evaluate(state), x);
        var folded = encoder.UnitFeatures(ForwardPass.Evaluate(frozen), x);

        (plain - folded).abs().max().item<double>().ShouldBeLessThan(1e-12);
        plain.shape.ShouldBe([5, features]);
        plain.norm(1).sub(1).abs().max().item<double>().ShouldBeLessThan(1e-12);
    }

    // Guards against a fault of oneDNN: strided 1x1 convolutions over few channels gave wrong gradients in float32, channels last.
    [Theory]
    [InlineData(Architecture.SmallResNet, 4, Normalization.Batch, Stem.Small)]
    [InlineData(Architecture.SmallResNet, 5, Normalization.Batch, Stem.Small)]
    [InlineData(Architecture.SmallResNet, 8, Normalization.Batch, Stem.Small)]
    [InlineData(Architecture.SmallResNet, 16, Normalization.Batch, Stem.Small)]
    [InlineData(Architecture.SmallResNet, 4, Normalization.Split, Stem.Standard)]
    [InlineData(Architecture.SmallResNet, 16, Normalization.Group, Stem.Standard)]
    [InlineData(Architecture.ResNet18, 0, Normalization.Split, Stem.Small)]
    public void UnitFeatures_GradientsInFloat32_EqualThoseInFloat64(Architecture architecture, int width, Normalization normalization, Stem stem)
    {
        using var scope = NewDisposeScope();
        var encoder = new Encoder(new EncoderOptions { Architecture = architecture, Width = width, Normalization = normalization, NormalizationSplits = 2, Stem = stem }, channels: 1);
        var x = randn(6, 12, 12, 1, dtype: ScalarType.Float64, generator: new Generator(4)).permute(0, 3, 1, 2);
        Tensor Gradients(ScalarType dtype)
        {
            using var state = NetworkState.Create(encoder.Layout, dtype, CPU, seed: 3);
            state.EnableGradients();
            encoder.UnitProjection(ForwardPass.Train(state), x.to(dtype)).select(1, 0).sum().backward();
            return state.FlatGradients!.to(ScalarType.Float64, copy: true);
        }

        var exact = Gradients(ScalarType.Float64);
        var single = Gradients(ScalarType.Float32);

        ((single - exact).norm() / exact.norm()).item<double>().ShouldBeLessThan(1e-4);
    }

    [Fact]
    public void Refreeze_SourceMoves_FrozenStaysUntilAsked()
    {
        using var scope = NewDisposeScope();
        var encoder = new Encoder(new EncoderOptions { Width = 4 }, channels: 1);
        using var state = NetworkState.Create(encoder.Layout, ScalarType.Float32, CPU, seed: 3);
        using var frozen = new FrozenNetwork(encoder, state);
        var x = randn(2, 1, 8, 8, generator: new Generator(5));
        var before = encoder.UnitFeatures(ForwardPass.Evaluate(frozen), x);

        state.Flat.add_(randn(state.Flat.shape, generator: new Generator(6)));
        var still = encoder.UnitFeatures(ForwardPass.Evaluate(frozen), x);
        frozen.Refreeze(state);
        var after = encoder.UnitFeatures(ForwardPass.Evaluate(frozen), x);

        still.eq(before).all().item<bool>().ShouldBeTrue();
        after.allclose(before).ShouldBeFalse();
    }

    [Fact]
    public void Create_SameSeed_SameWeightsAndExpectedSpread()
    {
        var layout = new Encoder(new EncoderOptions(), channels: 1).Layout;
        using var a = NetworkState.Create(layout, ScalarType.Float32, CPU, seed: 9);
        using var b = NetworkState.Create(layout, ScalarType.Float32, CPU, seed: 9);
        using var c = NetworkState.Create(layout, ScalarType.Float32, CPU, seed: 10);

        a.Flat.eq(b.Flat).all().item<bool>().ShouldBeTrue();
        a.Flat.eq(c.Flat).all().item<bool>().ShouldBeFalse();
        var index = layout.Parameters.ToList().FindIndex(p => p.Name == "layer3.0.conv2.weight");
        // Uniform in +-1/sqrt(fanIn), fanIn = 9 x 64.
        a.Parameter(index).std().item<float>().ShouldBe((float)Math.Sqrt(1.0 / (3 * 9 * 64)), 0.001f);
        a.Parameter(index).abs().max().item<float>().ShouldBeLessThanOrEqualTo((float)Math.Sqrt(1.0 / (9 * 64)));
    }

    [Theory]
    [InlineData(16, 2)]
    [InlineData(64, 8)]
    [InlineData(512, 32)]
    [InlineData(4, 1)]
    [InlineData(18, 2)]
    public void GroupCount_Channels_DividesThem(int channels, int expected) => NormLayer.GroupCount(channels).ShouldBe(expected);
}
