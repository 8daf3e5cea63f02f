using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Views;

namespace StreamingContrastive.Tests.Augmentation.Views;

/// <summary>Every step against its reference: on noise, grey and colour, odd sizes, with several strengths.</summary>
public sealed class KernelTests
{
    [Theory]
    [MemberData(nameof(TestPictures.Shapes), MemberType = typeof(TestPictures))]
    public void ResizedCrop_RandomBoxes_RoundsReference(int height, int width, int channels)
    {
        var shape = new ImageShape(height, width, channels);
        byte[] source = TestPictures.Noise(shape, 11);
        byte[] view = new byte[shape.ByteCount];
        var scratch = new ViewScratch(shape, 0);
        var random = new Random(12);
        for (int i = 0; i < 8; i++)
        {
            int boxHeight = random.Next(1, height + 1);
            int boxWidth = random.Next(1, width + 1);
            var box = new CropBox(random.Next(height - boxHeight + 1), random.Next(width - boxWidth + 1), boxHeight, boxWidth);

            ResizedCrop.Apply(source, shape, box, view, scratch);

            Check(view, ReferenceViews.ResizedCrop(source, shape, box));
        }
    }

    [Theory]
    [MemberData(nameof(TestPictures.Shapes), MemberType = typeof(TestPictures))]
    public void AffineWarp_AnglesAndMoves_RoundsReference(int height, int width, int channels)
    {
        var shape = new ImageShape(height, width, channels);
        byte[] source = TestPictures.Noise(shape, 13);
        byte[] view = new byte[shape.ByteCount];
        foreach (var (degrees, right, down) in new[] { (0, 0, 0), (15, 0, 0), (-37.5, 1.25, -0.5), (0, 2.5, 3), (171, -4.75, 20) })
        {
            AffineWarp.Apply(source, shape, degrees, right, down, view);

            Check(view, ReferenceViews.Warp(source, shape, degrees, right, down));
        }
    }

    [Fact]
    public void AffineWarp_QuarterTurn_CounterClockwise()
    {
        byte[] view = new byte[9];

        AffineWarp.Apply([1, 2, 3, 4, 5, 6, 7, 8, 9], new ImageShape(3, 3, 1), 90, 0, 0, view);

        view.ShouldBe([3, 6, 9, 2, 5, 8, 1, 4, 7]);
    }

    [Fact]
    public void AffineWarp_MovedRight_RepeatsTheEdge()
    {
        byte[] view = new byte[4];

        AffineWarp.Apply([10, 20, 30, 40], new ImageShape(1, 4, 1), 0, 2, 0, view);

        view.ShouldBe([10, 10, 10, 20]);
    }

    [Theory]
    [MemberData(nameof(TestPictures.Shapes), MemberType = typeof(TestPictures))]
    public void HorizontalFlip_Noise_EqualsReferenceAndUndoesItself(int height, int width, int channels)
    {
        var shape = new ImageShape(height, width, channels);
        byte[] source = TestPictures.Noise(shape, 14);
        byte[] view = [.. source];

        HorizontalFlip.Apply(view, shape);

        view.ShouldBe(ReferenceViews.Flip(source, shape).Select(level => (byte)level));
        HorizontalFlip.Apply(view, shape);
        view.ShouldBe(source);
    }

    [Theory]
    [MemberData(nameof(TestPictures.Shapes), MemberType = typeof(TestPictures))]
    public void BrightnessAndContrast_Factors_RoundReference(int height, int width, int channels)
    {
        var shape = new ImageShape(height, width, channels);
        byte[] source = TestPictures.Noise(shape, 15);
        foreach (double factor in new[] { 0, 0.6, 0.8123, 1, 1.4, 2 })
        {
            byte[] brighter = [.. source];
            byte[] contrasted = [.. source];

            Brightness.Apply(brighter, factor);
            Contrast.Apply(contrasted, shape, factor);

            Check(brighter, ReferenceViews.Brightness(source, factor));
            Check(contrasted, ReferenceViews.Contrast(source, shape, factor));
        }
    }

    [Theory]
    [InlineData(7, 13)]
    [InlineData(32, 32)]
    [InlineData(8, 8)]
    [InlineData(1, 1)]
    public void SaturationHueGreyscale_Strengths_RoundReference(int height, int width)
    {
        var shape = new ImageShape(height, width, 3);
        byte[] source = TestPictures.Noise(shape, 16);

        // Grey, black, white and two equal channels are the corners of the hue formula.
        byte[] corners = [0, 0, 0, 255, 255, 255, 80, 80, 80, 200, 200, 10, 10, 200, 200, 200, 10, 200];
        corners.AsSpan(0, Math.Min(corners.Length, source.Length)).CopyTo(source);
        foreach (double strength in new[] { -0.5, -0.1, -0.033, 0, 0.07, 0.1, 0.5 })
        {
            byte[] saturated = [.. source];
            byte[] turned = [.. source];

            Saturation.Apply(saturated, 1 + strength);
            HueShift.Apply(turned, strength);

            Check(saturated, ReferenceViews.Saturation(source, shape, 1 + strength));
            Check(turned, ReferenceViews.Hue(source, shape, strength));
        }

        byte[] grey = [.. source];
        Greyscale.Apply(grey);
        Check(grey, ReferenceViews.Greyscale(source, shape));
    }

    [Theory]
    [MemberData(nameof(TestPictures.Shapes), MemberType = typeof(TestPictures))]
    public void GaussianBlur_Sigmas_RoundsReference(int height, int width, int channels)
    {
        var shape = new ImageShape(height, width, channels);
        byte[] source = TestPictures.Noise(shape, 17);
        foreach (double sigma in new[] { 0.1, 0.5, 1.3, 2.5 })
        {
            byte[] view = [.. source];

            // Scratch for a larger radius than this blur's: the generator's is made for the largest sigma.
            GaussianBlur.Apply(view, shape, sigma, new ViewScratch(shape, 12));

            Check(view, ReferenceViews.Blur(source, shape, sigma));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Erasing_Box_FillsMeanInsideOnly(int channels)
    {
        var shape = new ImageShape(7, 13, channels);
        byte[] source = TestPictures.Noise(shape, 18);
        byte[] view = [.. source];
        var box = new CropBox(2, 3, 4, 5);

        Erasing.Apply(view, shape, box);

        for (int i = 0; i < view.Length; i++)
        {
            int channel = i % channels;
            int x = i / channels % 13, y = i / channels / 13;
            bool inside = y is >= 2 and < 6 && x is >= 3 and < 8;
            double mean = source.Where((_, at) => at % channels == channel).Average(level => level);
            view[i].ShouldBe(inside ? (byte)(mean + 0.5) : source[i]);
        }
    }

    private static void Check(byte[] actual, double[] exact) => ((ReadOnlySpan<byte>)actual).ShouldRoundTo(exact);
}
