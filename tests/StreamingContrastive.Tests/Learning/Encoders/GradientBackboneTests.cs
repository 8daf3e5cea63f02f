using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Training;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Encoders;

[Collection(TorchTests.Name)]
public sealed class GradientBackboneTests
{
    private const int Bins = GradientBackbone.Orientations;

    [Theory]
    [InlineData(3, 12, 12, 4)]
    [InlineData(1, 9, 14, 3)] // cells of unequal size
    public void Describe_RandomPictures_FollowsTheSlowReference(int channels, int height, int width, int grid)
    {
        using var scope = NewDisposeScope();
        var x = rand(2, channels, height, width, dtype: ScalarType.Float64, generator: new Generator(11));

        var described = GradientBackbone.Describe(x, grid);

        described.shape.ShouldBe([2, (Bins + channels) * grid * grid]);
        for (var n = 0; n < 2; n++)
        {
            var (expected, actual) = (Reference(x[n], grid), described[n].data<double>().ToArray());
            actual.Zip(expected, (a, e) => Math.Abs(a - e)).Max().ShouldBeLessThan(1e-9);
        }
    }

    [Fact]
    public void Describe_DarkAndLightChanged_TheEdgesStay()
    {
        // Two drawing styles rarely agree on which side of an outline is the dark one.
        using var scope = NewDisposeScope();
        var x = rand(1, 3, 16, 16, dtype: ScalarType.Float64, generator: new Generator(12));

        var (edges, inverted) = (Edges(x), Edges(1 - x));

        (edges - inverted).abs().max().item<double>().ShouldBeLessThan(1e-9);
    }

    [Fact]
    public void Describe_EdgeTurnedByARightAngle_FillsAnotherBin()
    {
        using var scope = NewDisposeScope();
        var upright = zeros(1, 1, 8, 8, ScalarType.Float64);
        upright.narrow(3, 4, 4).fill_(1);

        var (strongest, turned) = (Strongest(upright), Strongest(upright.transpose(2, 3)));

        strongest.ShouldBe(0); // the gradient points across
        turned.ShouldBe(Bins / 2);
    }

    [Fact]
    public void Embed_OptionsNameGradients_UnitVectorsOfThatDimension()
    {
        var options = new EncoderOptions { Architecture = Architecture.Gradients, PoolingGrid = 4, ProjectionLayers = 1, ProjectionDimension = 16 };
        using var trainer = new ContrastiveTrainer(new TrainerConfiguration(new InputGeometry(16, 16, 3), options, new(), new(), Seed: 1, PublishProjection: true));
        var vectors = new float[2 * trainer.EmbeddingDimension];

        trainer.Embed(new byte[2 * 16 * 16 * 3], 2, Snapshot.Key, EmbeddingKindOf.Projection, vectors);

        trainer.FeatureDimension.ShouldBe((Bins + 3) * 16);
        vectors.Take(16).Sum(v => v * v).ShouldBe(1, 1e-5);
    }

    [Fact]
    public void Rules_SettingsOfAConvolution_AreRefused()
    {
        var options = new EncoderOptions { Architecture = Architecture.Gradients, Width = 8, Stem = Stem.Standard };

        EncoderOptionsValidator.Width(options)!.ShouldContain("encoder:width = 8 has nothing to set");
        EncoderOptionsValidator.Picture(options, 32, 32)!.ShouldContain("encoder:stem = standard has nothing to set");
    }

    private static Tensor Edges(Tensor x) => GradientBackbone.Describe(x, 4).narrow(1, 0, Bins * 16);

    private static int Strongest(Tensor x) => (int)GradientBackbone.Describe(x, 1).narrow(1, 0, Bins).argmax().item<long>();

    /// <summary>Pixel by pixel, bin by bin, as the summary of the backbone says.</summary>
    private static double[] Reference(Tensor picture, int grid)
    {
        var (channels, height, width) = ((int)picture.shape[0], (int)picture.shape[1], (int)picture.shape[2]);
        var p = picture.contiguous().data<double>().ToArray();
        double At(int c, int y, int x) => p[(((c * height) + Math.Clamp(y, 0, height - 1)) * width) + Math.Clamp(x, 0, width - 1)];
        var result = new double[(Bins + channels) * grid * grid];
        for (var gy = 0; gy < grid; gy++)
        {
            for (var gx = 0; gx < grid; gx++)
            {
                // torch's adaptive pooling: cells may share a row where the side is no multiple of the grid
                var (top, bottom) = (gy * height / grid, (((gy + 1) * height) + grid - 1) / grid);
                var (left, right) = (gx * width / grid, (((gx + 1) * width) + grid - 1) / grid);
                var area = (bottom - top) * (right - left);
                var (votes, colours) = (new double[Bins], new double[channels]);
                for (var y = top; y < bottom; y++)
                {
                    for (var x = left; x < right; x++)
                    {
                        Vote(votes, channels, (c, dy, dx) => At(c, y + dy, x + dx));
                        for (var c = 0; c < channels; c++)
                        {
                            colours[c] += At(c, y, x);
                        }
                    }
                }

                for (var b = 0; b < Bins; b++)
                {
                    result[(((b * grid) + gy) * grid) + gx] = Math.Sqrt((votes[b] / area) + 1e-6);
                }

                for (var c = 0; c < channels; c++)
                {
                    result[((((Bins + c) * grid) + gy) * grid) + gx] = colours[c] / area;
                }
            }
        }

        return result;
    }

    private static void Vote(double[] votes, int channels, Func<int, int, int, double> at)
    {
        var (across, down) = (0.0, 0.0);
        for (var c = 0; c < channels; c++)
        {
            var (dx, dy) = (at(c, 0, 1) - at(c, 0, -1), at(c, 1, 0) - at(c, -1, 0));
            if (Math.Sqrt((dx * dx) + (dy * dy)) > Math.Sqrt((across * across) + (down * down)))
            {
                (across, down) = (dx, dy);
            }
        }

        var angle = Math.Atan2(down, across);
        var position = (angle < 0 ? angle + Math.PI : angle) / Math.PI * Bins;
        var (lower, share) = ((int)Math.Floor(position), position - Math.Floor(position));
        var magnitude = Math.Sqrt((across * across) + (down * down));
        votes[lower % Bins] += magnitude * (1 - share);
        votes[(lower + 1) % Bins] += magnitude * share;
    }
}
