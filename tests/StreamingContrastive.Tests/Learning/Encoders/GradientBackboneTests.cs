using System.Security.Cryptography;
using System.Text;
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
    [InlineData(1, 9, 14, 3)] // no colour; sides that are no multiples of the grid
    [InlineData(2, 5, 8, 5)] // cells of one pixel across
    public void Describe_RandomPictures_FollowsTheSlowReference(int channels, int height, int width, int grid)
    {
        using var scope = NewDisposeScope();
        var x = rand(2, channels, height, width, dtype: ScalarType.Float64, generator: new Generator(11));

        var described = GradientBackbone.Describe(x, grid);

        described.shape.ShouldBe([2, GradientBackbone.FeaturesOfACell(channels) * grid * grid]);
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

        trainer.FeatureDimension.ShouldBe((Bins + 1 + 6) * 16); // edges, lightness, colours by sign
        vectors.Take(16).Sum(v => v * v).ShouldBe(1, 1e-5);
    }

    [Fact]
    public void Describe_HalfRedHalfCyan_IsNotGrey()
    {
        // Both have the same mean of each channel, and one tells them apart.
        using var scope = NewDisposeScope();
        var halves = zeros(1, 3, 8, 8, ScalarType.Float64);
        halves[0, 0].narrow(1, 0, 4).fill_(1);
        halves[0].narrow(0, 1, 2).narrow(2, 4, 4).fill_(1);

        var (colours, grey) = (Colours(halves), Colours(full_like(halves, 0.5)));

        colours.Select(c => Math.Round(c * c, 3)).ShouldBe([0.333, 0.167, 0.167, 0.333, 0.167, 0.167]); // above the mean, then below it
        grey.ShouldAllBe(c => c < 0.01);
    }

    [Fact]
    public void Describe_LineDrawnAPixelAside_ChangesAQuarterOfACell()
    {
        // Cells of four pixels: hard ones would move all or nothing.
        using var scope = NewDisposeScope();
        var shares = Enumerable.Range(6, 4).Select(at => Spot(at)).ToArray();

        shares.Zip(shares.Skip(1), (here, aside) => Math.Abs(here - aside)).ShouldAllBe(d => Math.Abs(d - 0.25) < 1e-9);
    }

    [Fact]
    public void Id_Gradients_NamesTheDescriptor()
    {
        // Vectors of another descriptor may have the same dimension and must not be compared.
        var options = new EncoderOptions { Architecture = Architecture.Gradients, PoolingGrid = 4, ProjectionLayers = 1, ProjectionDimension = 16 };
        using var trainer = new ContrastiveTrainer(new TrainerConfiguration(new InputGeometry(16, 16, 3), options, new(), new(), Seed: 1, PublishProjection: true));

        var text = "arch=Gradients;width=64;grid=4;orientations=8;cells=bilinear;colour=excessAndLack;root;norm=Batch;input=16x16x3;"
            + "pixel=(x/255-0.5)/0.25;kind=projection;hidden=240;dim=16;layers=1;norm=False;unit=l2";
        trainer.SpaceId.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]);
    }

    [Fact]
    public void Rules_SettingsOfAConvolution_AreRefused()
    {
        var options = new EncoderOptions { Architecture = Architecture.Gradients, Width = 8, Stem = Stem.Standard };

        EncoderOptionsValidator.Width(options)!.ShouldContain("encoder:width = 8 has nothing to set");
        EncoderOptionsValidator.Picture(options, 32, 32)!.ShouldContain("encoder:stem = standard has nothing to set");
    }

    private static Tensor Edges(Tensor x) => GradientBackbone.Describe(x, 4).narrow(1, 0, Bins * 16);

    private static double[] Colours(Tensor x) => GradientBackbone.Describe(x, 1).narrow(1, Bins, 6).data<double>().ToArray();

    /// <summary>What a bright column counts in the second of four cells of four pixels, as a share of its full weight.</summary>
    private static double Spot(int column)
    {
        var x = zeros(1, 1, 16, 16, ScalarType.Float64);
        x.narrow(3, column, 1).fill_(1);
        return GradientBackbone.Describe(x, 4)[0, (Bins * 16) + 1].item<double>() * 4;
    }

    private static int Strongest(Tensor x) => (int)GradientBackbone.Describe(x, 1).narrow(1, 0, Bins).argmax().item<long>();

    /// <summary>Pixel by pixel, bin by bin, as the summary of the backbone says.</summary>
    private static double[] Reference(Tensor picture, int grid)
    {
        var (channels, height, width) = ((int)picture.shape[0], (int)picture.shape[1], (int)picture.shape[2]);
        var p = picture.contiguous().data<double>().ToArray();
        double At(int c, int y, int x) => p[(((c * height) + Math.Clamp(y, 0, height - 1)) * width) + Math.Clamp(x, 0, width - 1)];
        var (colours, features) = (channels > 1 ? channels : 0, GradientBackbone.FeaturesOfACell(channels));
        var result = new double[features * grid * grid];
        for (var gy = 0; gy < grid; gy++)
        {
            for (var gx = 0; gx < grid; gx++)
            {
                var (sums, total) = (new double[features], 0.0);
                for (var y = 0; y < height; y++)
                {
                    for (var x = 0; x < width; x++)
                    {
                        var share = Share(y, gy, height, grid) * Share(x, gx, width, grid);
                        var pixel = new double[features];
                        Vote(pixel, channels, (c, dy, dx) => At(c, y + dy, x + dx));
                        var mean = Enumerable.Range(0, channels).Average(c => At(c, y, x));
                        for (var c = 0; c < colours; c++)
                        {
                            pixel[Bins + c] = Math.Max(At(c, y, x) - mean, 0);
                            pixel[Bins + channels + c] = Math.Max(mean - At(c, y, x), 0);
                        }

                        pixel[^1] = mean;
                        total += share;
                        for (var f = 0; f < features; f++)
                        {
                            sums[f] += share * pixel[f];
                        }
                    }
                }

                for (var f = 0; f < features; f++)
                {
                    result[(((f * grid) + gy) * grid) + gx] = f < features - 1 ? Math.Sqrt((sums[f] / total) + 1e-6) : sums[f] / total;
                }
            }
        }

        return result;
    }

    /// <summary>1 at the cell's centre, 0 at the centres of its neighbours.</summary>
    private static double Share(int pixel, int cell, int side, int grid) =>
        Math.Max(0, 1 - Math.Abs((pixel + 0.5) / side * grid - (cell + 0.5)));

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
