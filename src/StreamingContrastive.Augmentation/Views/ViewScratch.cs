namespace StreamingContrastive.Augmentation.Views;

/// <summary>
/// Buffers that one <see cref="ViewGenerator"/> owns and every view reuses; sized once for a shape, so that making a view allocates
/// nothing. Not shared between threads.
/// </summary>
internal sealed class ViewScratch
{
    /// <summary>Allocates everything for pictures of one shape.</summary>
    /// <param name="shape">Shape of the views.</param>
    /// <param name="blurRadius">Largest blur radius in pixels, 0 when blur is off.</param>
    public ViewScratch(ImageShape shape, int blurRadius)
    {
        int rowLength = shape.Width * shape.Channels;
        Picture = new byte[shape.ByteCount];
        Plane = new float[shape.ByteCount];
        Row = new float[rowLength];
        PaddedRow = new float[rowLength + (2 * blurRadius * shape.Channels)];
        BlurWeights = new float[blurRadius + 1];
        LeftIndex = new int[shape.Width];
        RightIndex = new int[shape.Width];
        RightShare = new float[shape.Width];
    }

    /// <summary>A second picture, for steps that cannot work in place.</summary>
    public byte[] Picture { get; }

    /// <summary>A picture as floats.</summary>
    public float[] Plane { get; }

    /// <summary>A row as floats.</summary>
    public float[] Row { get; }

    /// <summary>A row with the blur's border on both sides.</summary>
    public float[] PaddedRow { get; }

    /// <summary>Half of the symmetric blur kernel: index 0 is its centre.</summary>
    public float[] BlurWeights { get; }

    /// <summary>For each column of a view: element index of the source pixel to its left.</summary>
    public int[] LeftIndex { get; }

    /// <summary>For each column of a view: element index of the source pixel to its right.</summary>
    public int[] RightIndex { get; }

    /// <summary>For each column of a view: weight of the right pixel, 0..1.</summary>
    public float[] RightShare { get; }
}
