using System.Runtime.InteropServices;

namespace StreamingContrastive.Augmentation.Views;

/// <summary>Mirrors a picture left to right, in place. Exact.</summary>
internal static class HorizontalFlip
{
    private readonly record struct Rgb(byte Red, byte Green, byte Blue);

    /// <summary>Mirrors every row.</summary>
    public static void Apply(Span<byte> picture, ImageShape shape)
    {
        int rowLength = shape.Width * shape.Channels;
        for (int start = 0; start < shape.ByteCount; start += rowLength)
        {
            var row = picture.Slice(start, rowLength);
            if (shape.Channels == 1)
            {
                row.Reverse();
            }
            else
            {
                MemoryMarshal.Cast<byte, Rgb>(row).Reverse();
            }
        }
    }
}
