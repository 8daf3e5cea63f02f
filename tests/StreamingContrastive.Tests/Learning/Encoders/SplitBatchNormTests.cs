using StreamingContrastive.Learning.Encoders;
using static TorchSharp.torch;
using Encoder = StreamingContrastive.Learning.Encoders.Encoder;

namespace StreamingContrastive.Tests.Learning.Encoders;

[Collection(TorchTests.Name)]
public sealed class SplitBatchNormTests
{
    [Theory]
    [InlineData(8, 4, new long[] { 0, 2, 4, 6, 8 })]
    [InlineData(10, 3, new long[] { 0, 3, 6, 10 })]
    [InlineData(5, 8, new long[] { 0, 2, 5 })]
    [InlineData(1, 8, new long[] { 0, 1 })]
    public void Bounds_AnyBatch_AreEvenPartsOfAtLeastTwoRows(long rows, int splits, long[] expected) => SplitBatchNorm.Bounds(rows, splits).ShouldBe(expected);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Forward_Training_IsTheTextbookNormalisationOfEachPart(bool picture)
    {
        using var scope = NewDisposeScope();
        var layout = new NetworkLayout();
        var layer = new NormLayer(layout, "bn", new NormSettings(Normalization.Split, 3), channels: 2);
        using var state = NetworkState.Create(layout, ScalarType.Float64, CPU, seed: 1);
        using var generator = new Generator(2);
        var x = picture ? randn(7, 2, 3, 3, dtype: ScalarType.Float64, generator: generator) : randn(7, 2, dtype: ScalarType.Float64, generator: generator);

        var y = layer.Forward(ForwardPass.Train(state), x);

        long[] over = picture ? [0, 2, 3] : [0];
        var (means, variances) = (new List<Tensor>(), new List<Tensor>());
        foreach (var (from, to) in ((long, long)[])[(0, 2), (2, 4), (4, 7)])
        {
            var part = x.narrow(0, from, to - from);
            var mean = part.mean(over, keepdim: true);
            var variance = (part - mean).square().mean(over, keepdim: true);
            var n = part.numel() / 2.0;
            (y.narrow(0, from, to - from) - ((part - mean) / (variance + 1e-5).sqrt())).abs().max().item<double>().ShouldBeLessThan(1e-12);
            means.Add(mean.flatten());
            variances.Add(variance.flatten() * (n / (n - 1))); // running variances are unbiased, as torch's
        }

        (state.Buffer(0) - (0.1 * stack(means).mean([0]))).abs().max().item<double>().ShouldBeLessThan(1e-12);
        (state.Buffer(1) - (0.9 + (0.1 * stack(variances).mean([0])))).abs().max().item<double>().ShouldBeLessThan(1e-12);
    }

    [Fact]
    public void UnitProjection_OtherPartChanges_RowsOfThisPartStay()
    {
        using var scope = NewDisposeScope();
        var encoder = new Encoder(new EncoderOptions { Width = 4, Normalization = Normalization.Split, NormalizationSplits = 2, ProjectionNormalization = true }, channels: 1);
        using var state = NetworkState.Create(encoder.Layout, ScalarType.Float64, CPU, seed: 3);
        var x = randn(8, 1, 8, 8, dtype: ScalarType.Float64, generator: new Generator(5));
        var other = x.clone();
        other.narrow(0, 4, 4).add_(randn(4, 1, 8, 8, dtype: ScalarType.Float64, generator: new Generator(6)));
        using var noGradients = no_grad();

        var difference = (encoder.UnitProjection(ForwardPass.Train(state), x) - encoder.UnitProjection(ForwardPass.Train(state), other)).abs().amax([1]);

        difference.narrow(0, 0, 4).max().item<double>().ShouldBe(0, 1e-12);
        difference.narrow(0, 4, 4).min().item<double>().ShouldBeGreaterThan(1e-3);
    }
}
