using StreamingContrastive.Augmentation.Pixels;

namespace StreamingContrastive.Augmentation.Views;

/// <summary>
/// Enlarges a box of a picture to the picture's full shape, bilinear, half-pixel centres, edges clamped to the box (torchvision's
/// resized_crop). A box is never larger than the picture, so a crop never shrinks and antialiasing has nothing to do here; pictures
/// of other sizes are shrunk by <see cref="Decoding.PictureResizer"/>, which does antialias. Computed in float, rounded once.
/// </summary>
internal static class ResizedCrop
{
    /// <summary>Writes the enlarged box. <paramref name="destination"/> must not overlap <paramref name="source"/>.</summary>
    public static void Apply(ReadOnlySpan<byte> source, ImageShape shape, in CropBox box, Span<byte> destination, ViewScratch scratch)
    {
        if (box.Height == shape.Height && box.Width == shape.Width)
        {
            source[..shape.ByteCount].CopyTo(destination);
            return;
        }

        int rowLength = shape.Width * shape.Channels;
        int boxLength = box.Width * shape.Channels;

        // Whole rows of the box in one conversion: rows of 28 levels are too short to fill a vector by themselves.
        var plane = scratch.Plane.AsSpan(0, box.Height * rowLength);
        PixelVectors.ToSingle(source.Slice(box.Top * rowLength, plane.Length), plane);
        FillColumns(shape, box, scratch);
        var row = scratch.Row.AsSpan(0, boxLength);
        for (int y = 0; y < shape.Height; y++)
        {
            var (upper, lower, share) = Taps(y, shape.Height, box.Height);
            PixelVectors.Blend(
                plane.Slice((upper * rowLength) + (box.Left * shape.Channels), boxLength),
                plane.Slice((lower * rowLength) + (box.Left * shape.Channels), boxLength),
                share,
                row);
            Stretch(row, shape.Channels, scratch, destination.Slice(y * rowLength, rowLength));
        }
    }

    private static (int First, int Second, float Share) Taps(int position, int size, int boxSize)
    {
        double place = Math.Clamp(((position + 0.5) * boxSize / size) - 0.5, 0, boxSize - 1);
        int first = (int)place;
        return (first, Math.Min(first + 1, boxSize - 1), (float)(place - first));
    }

    private static void FillColumns(ImageShape shape, in CropBox box, ViewScratch scratch)
    {
        for (int x = 0; x < shape.Width; x++)
        {
            var (left, right, share) = Taps(x, shape.Width, box.Width);
            scratch.LeftIndex[x] = left * shape.Channels;
            scratch.RightIndex[x] = right * shape.Channels;
            scratch.RightShare[x] = share;
        }
    }

    private static void Stretch(ReadOnlySpan<float> row, int channels, ViewScratch scratch, Span<byte> destination)
    {
        var lefts = scratch.LeftIndex.AsSpan();
        var rights = scratch.RightIndex.AsSpan()[..lefts.Length];
        var shares = scratch.RightShare.AsSpan()[..lefts.Length];
        if (channels == 1)
        {
            destination = destination[..lefts.Length];
            for (int x = 0; x < lefts.Length; x++)
            {
                destination[x] = Between(row[lefts[x]], row[rights[x]], shares[x]);
            }

            return;
        }

        for (int x = 0, p = 0; x < lefts.Length; x++, p += 3)
        {
            int left = lefts[x];
            int right = rights[x];
            float share = shares[x];
            destination[p] = Between(row[left], row[right], share);
            destination[p + 1] = Between(row[left + 1], row[right + 1], share);
            destination[p + 2] = Between(row[left + 2], row[right + 2], share);
        }
    }

    // A blend of levels stays within 0..255, so no clamp is needed.
    private static byte Between(float left, float right, float share) => (byte)(int)(left + ((right - left) * share) + 0.5f);
}
