namespace StreamingContrastive.Augmentation.Decoding;

/// <summary>
/// Weights of a one-dimensional bilinear resize with antialiasing (the triangle filter of Pillow's and torchvision's "bilinear"):
/// half-pixel centres, support widened by the scale when shrinking, weights cut at the edge and normalised to 1. Kept until a
/// picture of another size comes, because most topics hold pictures of one size.
/// </summary>
internal sealed class ResampleTable
{
    private readonly int[] _first;
    private readonly int[] _count;
    private float[] _weights = [];
    private int _stride;
    private int _sourceSize;

    /// <summary>A table to <paramref name="size"/> positions.</summary>
    public ResampleTable(int size) => (_first, _count) = (new int[size], new int[size]);

    /// <summary>Positions of the result.</summary>
    public int Size => _first.Length;

    /// <summary>First source position that contributes to a result position.</summary>
    public int First(int position) => _first[position];

    /// <summary>Weights of the source positions from <see cref="First"/> on.</summary>
    public ReadOnlySpan<float> Weights(int position) => _weights.AsSpan(position * _stride, _count[position]);

    /// <summary>Computes the table for a source of <paramref name="sourceSize"/> positions, unless it is that already.</summary>
    public void Prepare(int sourceSize)
    {
        if (sourceSize == _sourceSize)
        {
            return;
        }

        double scale = (double)sourceSize / Size;
        double support = Math.Max(scale, 1);
        _stride = (int)Math.Ceiling(2 * support) + 2;
        if (_weights.Length < _stride * Size)
        {
            _weights = new float[_stride * Size];
        }

        for (int position = 0; position < Size; position++)
        {
            FillPosition(position, sourceSize, (position + 0.5) * scale, support);
        }

        _sourceSize = sourceSize;
    }

    private void FillPosition(int position, int sourceSize, double centre, double support)
    {
        int first = Math.Max((int)(centre - support), 0);
        int end = Math.Min((int)Math.Ceiling(centre + support), sourceSize);
        double total = 0;
        for (int source = first; source < end; source++)
        {
            total += Triangle((source + 0.5 - centre) / support);
        }

        var weights = _weights.AsSpan(position * _stride, end - first);
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)(Triangle((first + i + 0.5 - centre) / support) / total);
        }

        (_first[position], _count[position]) = (first, weights.Length);
    }

    private static double Triangle(double distance) => Math.Max(0, 1 - Math.Abs(distance));
}
