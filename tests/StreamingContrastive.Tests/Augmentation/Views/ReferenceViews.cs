using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Views;

namespace StreamingContrastive.Tests.Augmentation.Views;

/// <summary>
/// Slow double-precision forms of every step, straight from the definitions and on purpose by another way than the code under test
/// (tent weights instead of two taps, two-dimensional convolution, branching HSV). Nothing is rounded.
/// </summary>
internal static class ReferenceViews
{
    public static double[] ResizedCrop(byte[] source, ImageShape shape, CropBox box) => Map(shape, (y, x, c) =>
    {
        double centreY = (y + 0.5) * box.Height / shape.Height;
        double centreX = (x + 0.5) * box.Width / shape.Width;
        double total = 0, weights = 0;
        for (int i = 0; i < box.Height; i++)
        {
            double rowWeight = Math.Max(0, 1 - Math.Abs(i + 0.5 - centreY));
            for (int j = 0; rowWeight > 0 && j < box.Width; j++)
            {
                double weight = rowWeight * Math.Max(0, 1 - Math.Abs(j + 0.5 - centreX));
                total += weight * At(source, shape, box.Top + i, box.Left + j, c);
                weights += weight;
            }
        }

        return total / weights;
    });

    public static double[] Warp(byte[] source, ImageShape shape, double degrees, double right, double down) => Map(shape, (y, x, c) =>
    {
        double angle = degrees * Math.PI / 180;
        double offsetX = x - right - ((shape.Width - 1) / 2.0);
        double offsetY = y - down - ((shape.Height - 1) / 2.0);
        double sourceX = (Math.Cos(angle) * offsetX) - (Math.Sin(angle) * offsetY) + ((shape.Width - 1) / 2.0);
        double sourceY = (Math.Sin(angle) * offsetX) + (Math.Cos(angle) * offsetY) + ((shape.Height - 1) / 2.0);
        double total = 0;
        int floorY = (int)Math.Floor(sourceY), floorX = (int)Math.Floor(sourceX);
        for (int i = floorY; i <= floorY + 1; i++)
        {
            for (int j = floorX; j <= floorX + 1; j++)
            {
                double weight = (1 - Math.Abs(sourceY - i)) * (1 - Math.Abs(sourceX - j));
                total += weight * At(source, shape, Math.Clamp(i, 0, shape.Height - 1), Math.Clamp(j, 0, shape.Width - 1), c);
            }
        }

        return total;
    });

    public static double[] Flip(byte[] source, ImageShape shape) => Map(shape, (y, x, c) => At(source, shape, y, shape.Width - 1 - x, c));

    public static double[] Brightness(byte[] source, double factor) => [.. source.Select(level => factor * level)];

    public static double[] Contrast(byte[] source, ImageShape shape, double factor)
    {
        double mean = Enumerable.Range(0, shape.Height * shape.Width).Average(i => Grey(source, shape, i));
        return [.. source.Select(level => (factor * level) + ((1 - factor) * mean))];
    }

    public static double[] Saturation(byte[] source, ImageShape shape, double factor) =>
        Map(shape, (y, x, c) => (factor * At(source, shape, y, x, c)) + ((1 - factor) * Grey(source, shape, (y * shape.Width) + x)));

    public static double[] Greyscale(byte[] source, ImageShape shape) => Map(shape, (y, x, _) => Grey(source, shape, (y * shape.Width) + x));

    public static double[] Hue(byte[] source, ImageShape shape, double turns) => Map(shape, (y, x, c) =>
    {
        double r = At(source, shape, y, x, 0) / 255, g = At(source, shape, y, x, 1) / 255, b = At(source, shape, y, x, 2) / 255;
        double value = Math.Max(r, Math.Max(g, b)), chroma = value - Math.Min(r, Math.Min(g, b));
        double saturation = value == 0 ? 0 : chroma / value;
        double hue = chroma == 0 ? 0
            : value == r ? (g - b) / chroma / 6
            : value == g ? ((b - r) / chroma / 6) + (2.0 / 6)
            : ((r - g) / chroma / 6) + (4.0 / 6);
        hue += turns;
        hue -= Math.Floor(hue);
        int sector = (int)(hue * 6);
        double fraction = (hue * 6) - sector;
        double p = value * (1 - saturation), q = value * (1 - (fraction * saturation)), t = value * (1 - ((1 - fraction) * saturation));

        // A hue a hair below 0 becomes exactly 1, which is sector 0 again.
        var (red, green, blue) = (sector % 6) switch
        {
            0 => (value, t, p),
            1 => (q, value, p),
            2 => (p, value, t),
            3 => (p, q, value),
            4 => (t, p, value),
            _ => (value, p, q),
        };
        return 255 * (c switch { 0 => red, 1 => green, _ => blue });
    });

    public static double[] Blur(byte[] source, ImageShape shape, double sigma)
    {
        int radius = (int)Math.Ceiling(3 * sigma);
        return Map(shape, (y, x, c) =>
        {
            double total = 0, weights = 0;
            for (int i = -radius; i <= radius; i++)
            {
                for (int j = -radius; j <= radius; j++)
                {
                    double weight = Math.Exp(-((i * i) + (j * j)) / (2 * sigma * sigma));
                    total += weight * At(source, shape, Walk(y, i, shape.Height), Walk(x, j, shape.Width), c);
                    weights += weight;
                }
            }

            return total / weights;
        });
    }

    private static double At(byte[] source, ImageShape shape, int y, int x, int c) => source[(((y * shape.Width) + x) * shape.Channels) + c];

    private static double Grey(byte[] source, ImageShape shape, int pixel) => shape.Channels == 1
        ? source[pixel]
        : (0.299 * source[3 * pixel]) + (0.587 * source[(3 * pixel) + 1]) + (0.114 * source[(3 * pixel) + 2]);

    // Steps one pixel at a time and turns round at the edges.
    private static int Walk(int from, int steps, int size)
    {
        int direction = Math.Sign(steps);
        for (int i = 0; i < Math.Abs(steps) && size > 1; i++)
        {
            direction = from + direction < 0 || from + direction >= size ? -direction : direction;
            from += direction;
        }

        return from;
    }

    private static double[] Map(ImageShape shape, Func<int, int, int, double> level)
    {
        double[] result = new double[shape.ByteCount];
        for (int i = 0; i < result.Length; i++)
        {
            int pixel = i / shape.Channels;
            result[i] = level(pixel / shape.Width, pixel % shape.Width, i % shape.Channels);
        }

        return result;
    }
}
