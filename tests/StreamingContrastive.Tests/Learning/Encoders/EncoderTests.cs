using StreamingContrastive.Learning.Encoders;
using static TorchSharp.torch;
using Encoder = StreamingContrastive.Learning.Encoders.Encoder;

namespace StreamingContrastive.Tests.Learning.Encoders;

[Collection(TorchTests.Name)]
public sealed class EncoderTests
{
    [Fact]
    public void Layout_ResNet18_HasTorchvisionsNamesAndShapes()
    {
        var layout = new Encoder(new EncoderOptions { Architecture = Architecture.ResNet18 }, channels: 3).Layout;

        var expected = TorchvisionResNet18().ToDictionary(p => p.Name, p => p.Shape);
        var actual = layout.Parameters.Select(p => (p.Name, p.Shape))
            .Concat(layout.Buffers.Select(b => (b.Name, Shape: (long[])[b.Length])))
            .Concat(layout.BatchCounters.Select(name => (Name: name, Shape: Array.Empty<long>())))
            .Where(p => !p.Name.StartsWith("projection.", StringComparison.Ordinal)).ToDictionary(p => p.Name, p => p.Shape);
        actual.Keys.Order().ShouldBe(expected.Keys.Order());
        actual.Count.ShouldBe(120); // 122 of torchvision's resnet18 less fc.weight and fc.bias
        foreach (var (name, shape) in expected)
        {
            actual[name].ShouldBe(shape, name);
        }
    }

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
    [InlineData(Normalization.Batch)]
    [InlineData(Normalization.Group)]
    public void UnitFeatures_Folded_EqualsUnfolded(Normalization normalization)
    {
        using var scope = NewDisposeScope();
        var encoder = new Encoder(new EncoderOptions { Width = 8, Normalization = normalization }, channels: 3);
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
        plain.shape.ShouldBe([5, 32]);
        plain.norm(1).sub(1).abs().max().item<double>().ShouldBeLessThan(1e-12);
    }

    // Guards against a fault of oneDNN: strided 1x1 convolutions over few channels gave wrong gradients in float32, channels last.
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(16)]
    public void UnitFeatures_GradientsInFloat32_EqualThoseInFloat64(int width)
    {
        using var scope = NewDisposeScope();
        var encoder = new Encoder(new EncoderOptions { Width = width }, channels: 1);
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

    private static List<(string Name, long[] Shape)> TorchvisionResNet18()
    {
        var result = Norm("bn1", 64).Prepend(("conv1.weight", [64, 3, 3, 3])).ToList();
        long inputs = 64;
        for (var stage = 1; stage <= 4; stage++)
        {
            var width = 64L << (stage - 1);
            for (var block = 0; block < 2; block++)
            {
                var prefix = $"layer{stage}.{block}";
                result.Add(($"{prefix}.conv1.weight", [width, inputs, 3, 3]));
                result.Add(($"{prefix}.conv2.weight", [width, width, 3, 3]));
                result.AddRange(Norm($"{prefix}.bn1", width).Concat(Norm($"{prefix}.bn2", width)));
                if (inputs != width)
                {
                    result.Add(($"{prefix}.downsample.0.weight", [width, inputs, 1, 1]));
                    result.AddRange(Norm($"{prefix}.downsample.1", width));
                }

                inputs = width;
            }
        }

        return result;
    }

    private static (string Name, long[] Shape)[] Norm(string name, long channels) =>
    [
        ($"{name}.weight", [channels]), ($"{name}.bias", [channels]), ($"{name}.running_mean", [channels]), ($"{name}.running_var", [channels]), ($"{name}.num_batches_tracked", []),
    ];
}
