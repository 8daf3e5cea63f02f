using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Views;

namespace StreamingContrastive.Tests.Augmentation.Views;

public sealed class CropBoxTests
{
    [Fact]
    public void Draw_ManyViews_AreaAspectAndPlaceAsConfigured()
    {
        var shape = new ImageShape(64, 64, 1);
        var options = new AugmentationOptions { CropMinArea = 0.2, CropMaxArea = 0.6 };
        var boxes = Enumerable.Range(0, 4000).Select(offset => Draw(shape, options, offset)).ToArray();

        foreach (var box in boxes)
        {
            box.Top.ShouldBeGreaterThanOrEqualTo(0);
            box.Left.ShouldBeGreaterThanOrEqualTo(0);
            (box.Top + box.Height).ShouldBeLessThanOrEqualTo(64);
            (box.Left + box.Width).ShouldBeLessThanOrEqualTo(64);

            // Both sides are rounded to whole pixels, at most half a pixel each.
            ((double)box.Height * box.Width / 4096).ShouldBeInRange(0.185, 0.62);
            ((double)box.Width / box.Height).ShouldBeInRange(0.73, 1.37);
        }

        boxes.Average(b => (double)b.Height * b.Width / 4096).ShouldBe(0.4, 0.01);
        boxes.Average(b => Math.Log((double)b.Width / b.Height)).ShouldBe(0, 0.015);
        boxes.Average(b => b.Top + (b.Height / 2.0)).ShouldBe(32, 0.5);
        boxes.Average(b => b.Left + (b.Width / 2.0)).ShouldBe(32, 0.5);
    }

    [Theory]
    [InlineData(10, 100, 0, 43, 10, 13)]
    [InlineData(100, 10, 43, 0, 13, 10)]
    public void Draw_NothingFits_CentredBoxOfAllowedAspect(int height, int width, int top, int left, int boxHeight, int boxWidth)
    {
        var options = new AugmentationOptions { CropMinArea = 0.9, CropMaxArea = 1 };

        Draw(new ImageShape(height, width, 1), options, 5).ShouldBe(new CropBox(top, left, boxHeight, boxWidth));
    }

    [Fact]
    public void Centre_AspectWithinRange_WholePicture() =>
        CropBox.Centre(new ImageShape(30, 28, 1), 4.0 / 3).ShouldBe(new CropBox(0, 0, 30, 28));

    [Fact]
    public void TryDraw_Margin_StrictlySmaller()
    {
        for (int offset = 0; offset < 500; offset++)
        {
            var random = new ViewRandom((ulong)offset, ViewStep.Erase);
            if (CropBox.TryDraw(new ImageShape(5, 6, 1), 0.5, 0.95, 1.2, margin: 1, ref random, out var box))
            {
                box.Height.ShouldBeLessThan(5);
                box.Width.ShouldBeLessThan(6);
            }
        }
    }

    private static CropBox Draw(ImageShape shape, AugmentationOptions options, int offset)
    {
        var random = new ViewRandom(ViewRandom.KeyOf(new ViewIdentity(1, 2, 0, offset, 0, 0)), ViewStep.Crop);
        return CropBox.Draw(shape, options, ref random);
    }
}
