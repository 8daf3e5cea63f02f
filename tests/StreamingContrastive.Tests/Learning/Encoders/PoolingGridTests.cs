using StreamingContrastive.Learning.Encoders;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Encoders;

[Collection(TorchTests.Name)]
public sealed class PoolingGridTests
{
    [Fact]
    public void Forward_CellsOfAGrid_AverageToTheMeanOverTheWholePicture()
    {
        using var scope = NewDisposeScope();
        var x = randn(2, 3, 16, 16, dtype: ScalarType.Float64, generator: new Generator(4));

        var (cells, whole) = (Features(x, grid: 2), Features(x, grid: 1)); // a map of 4x4

        cells.shape.ShouldBe([2, 4 * whole.shape[1]]);
        (cells.view(2, -1, 4).mean([2]) - whole).abs().max().item<double>().ShouldBeLessThan(1e-14);
    }

    [Fact]
    public void Forward_PictureTurnedOver_OnlyAGridTells()
    {
        // A mark away from the borders, whose padding reaches it only faintly: the mean does not see where it is, the grid does.
        using var scope = NewDisposeScope();
        var x = zeros(1, 3, 32, 32, ScalarType.Float64);
        x.narrow(2, 8, 4).narrow(3, 8, 4).fill_(1);
        var turned = x.roll([8, 8], [2, 3]); // by two cells of the last map

        (Features(x, 1) - Features(turned, 1)).abs().max().item<double>().ShouldBeLessThan(1e-5);
        (Features(x, 4) - Features(turned, 4)).abs().max().item<double>().ShouldBeGreaterThan(1e-3);
    }

    [Theory]
    [InlineData(16, 16, 4, true)]
    [InlineData(16, 32, 5, false)]
    [InlineData(28, 28, 7, true)]
    public void Picture_GridFinerThanTheLastMap_IsRefused(int height, int width, int grid, bool fits) =>
        (EncoderOptionsValidator.Picture(new EncoderOptions { PoolingGrid = grid }, height, width) is null).ShouldBe(fits);

    private static Tensor Features(Tensor x, int grid)
    {
        var encoder = new StreamingContrastive.Learning.Encoders.Encoder(new EncoderOptions { Width = 4, PoolingGrid = grid, Normalization = Normalization.Batch }, channels: 3);
        using var state = NetworkState.Create(encoder.Layout, ScalarType.Float64, CPU, seed: 3);
        using var noGradients = no_grad();
        return encoder.Features(ForwardPass.Evaluate(new FrozenNetwork(encoder, state)), x);
    }
}
