using StreamingContrastive.Learning.Encoders;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Tests.Learning.Encoders;

[Collection(TorchTests.Name)]
public sealed class BottleneckBlockTests
{
    [Theory]
    [InlineData(8, 1)] // 8 = 4 x 2: the identity is the shortcut
    [InlineData(6, 1)]
    [InlineData(8, 2)]
    public void Forward_Evaluation_IsThePapersFormula(int inputs, int stride)
    {
        using var scope = NewDisposeScope();
        var layout = new NetworkLayout();
        var block = new BottleneckBlock(layout, "b", new NormSettings(Normalization.Batch, 2), inputs, width: 2, stride);
        using var state = NetworkState.Create(layout, ScalarType.Float64, CPU, seed: 1);
        var x = randn(3, inputs, 6, 6, dtype: ScalarType.Float64, generator: new Generator(2));
        Tensor ConvNorm(Tensor input, string conv, int step, int padding)
        {
            var weight = state.Parameter(layout.Parameters.ToList().FindIndex(p => p.Name == $"b.{conv}.weight"));
            return F.conv2d(input, weight, null, [step, step], [padding, padding]) / Math.Sqrt(1 + 1e-5); // fresh running statistics: mean 0, variance 1
        }

        var y = block.Forward(ForwardPass.Evaluate(state), x);

        var main = ConvNorm(ConvNorm(ConvNorm(x, "conv1", 1, 0).relu(), "conv2", stride, 1).relu(), "conv3", 1, 0);
        var shortcut = inputs == 8 && stride == 1 ? x : ConvNorm(x, "downsample.0", stride, 0);
        (y - (main + shortcut).relu()).abs().max().item<double>().ShouldBeLessThan(1e-14);
        y.shape.ShouldBe([3, 8, 6 / stride, 6 / stride]);
    }

    // The same guard against oneDNN as for the basic block: float32, channels last, strided 1x1 convolutions over few channels.
    [Theory]
    [InlineData(1, Normalization.Batch)]
    [InlineData(2, Normalization.Group)]
    [InlineData(4, Normalization.Split)]
    public void Forward_GradientsInFloat32_EqualThoseInFloat64(int width, Normalization normalization)
    {
        using var scope = NewDisposeScope();
        var layout = new NetworkLayout();
        var backbone = new ResNetBackbone(layout, new NormSettings(normalization, 2), channels: 1, new ResNetPlan([width, 2 * width, 4 * width], [1, 2, 1], Bottleneck: true, Stem.Small));
        var x = randn(6, 12, 12, 1, dtype: ScalarType.Float64, generator: new Generator(4)).permute(0, 3, 1, 2);
        Tensor Gradients(ScalarType dtype)
        {
            using var state = NetworkState.Create(layout, dtype, CPU, seed: 3);
            state.EnableGradients();
            backbone.Forward(ForwardPass.Train(state), x.to(dtype)).select(1, 0).sum().backward();
            return state.FlatGradients!.to(ScalarType.Float64, copy: true);
        }

        var exact = Gradients(ScalarType.Float64);
        var single = Gradients(ScalarType.Float32);

        backbone.FeatureDimension.ShouldBe(16 * width);
        ((single - exact).norm() / exact.norm()).item<double>().ShouldBeLessThan(1e-4);
    }
}
