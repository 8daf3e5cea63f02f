using StreamingContrastive.Learning.Encoders;

namespace StreamingContrastive.Tests.Learning.Encoders;

public sealed class LinearStackTests
{
    [Theory]
    [InlineData(1, 0, false, "projection.0.weight 8x16, projection.0.bias 8")]
    [InlineData(2, 0, false, "projection.0.weight 16x16, projection.0.bias 16, projection.2.weight 8x16, projection.2.bias 8")]
    [InlineData(3, 32, false, "projection.0.weight 32x16, projection.0.bias 32, projection.2.weight 32x32, projection.2.bias 32, projection.4.weight 8x32, projection.4.bias 8")]
    [InlineData(2, 32, true, "projection.0.weight 32x16, projection.1.weight 32, projection.1.bias 32, projection.3.weight 8x32, projection.3.bias 8")]
    [InlineData(3, 32, true, "projection.0.weight 32x16, projection.1.weight 32, projection.1.bias 32, projection.3.weight 32x32, projection.4.weight 32, projection.4.bias 32, projection.6.weight 8x32, projection.6.bias 8")]
    public void Layout_Head_HasTheNamesOfTorchsSequential(int layers, int hidden, bool normalized, string expected)
    {
        var options = new EncoderOptions { Width = 4, ProjectionLayers = layers, ProjectionHidden = hidden, ProjectionNormalization = normalized, ProjectionDimension = 8 };

        Parameters(options, "projection.").ShouldBe(expected);
    }

    [Theory]
    [InlineData(false, "predictor.0.weight 32x8, predictor.0.bias 32, predictor.2.weight 8x32, predictor.2.bias 8")]
    [InlineData(true, "predictor.0.weight 32x8, predictor.1.weight 32, predictor.1.bias 32, predictor.3.weight 8x32, predictor.3.bias 8")]
    public void Layout_Predictor_LiesBehindTheProjection(bool normalized, string expected)
    {
        var options = new EncoderOptions { Width = 4, ProjectionNormalization = normalized, ProjectionDimension = 8, PredictorHidden = 32 };

        new Encoder(options, channels: 1).HasPredictor.ShouldBeTrue();
        Parameters(options, "predictor.").ShouldBe(expected);
        Parameters(options with { PredictorHidden = 0 }, "predictor.").ShouldBeEmpty();
    }

    private static string Parameters(EncoderOptions options, string prefix) => string.Join(", ", new Encoder(options, channels: 1).Layout.Parameters
        .Where(p => p.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(p => $"{p.Name} {string.Join('x', p.Shape)}"));
}
