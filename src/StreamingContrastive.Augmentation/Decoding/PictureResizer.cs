using StreamingContrastive.Augmentation.Pixels;

namespace StreamingContrastive.Augmentation.Decoding;

/// <summary>
/// Resizes a whole picture to a fixed shape: separable bilinear with antialiasing (<see cref="ResampleTable"/>), the sides scaled
/// independently. Computed in float, rounded once to nearest. Owns its tables and rows: one per worker.
/// </summary>
internal sealed class PictureResizer
{
    private readonly ImageShape _target;
    private readonly ResampleTable _rows, _columns;
    private float[] _source = [];
    private float[] _sum = [];

    /// <summary>A resizer to <paramref name="target"/>.</summary>
    public PictureResizer(ImageShape target)
    {
        _target = target;
        _rows = new ResampleTable(target.Height);
        _columns = new ResampleTable(target.Width);
    }

    /// <summary>Resizes a channels-last picture with the target's channels.</summary>
    public void Resize(ReadOnlySpan<byte> source, int sourceHeight, int sourceWidth, Span<byte> destination)
    {
        if (sourceHeight == _target.Height && sourceWidth == _target.Width)
        {
            source[.._target.ByteCount].CopyTo(destination);
            return;
        }

        _rows.Prepare(sourceHeight);
        _columns.Prepare(sourceWidth);
        int sourceRow = sourceWidth * _target.Channels;
        if (_sum.Length < sourceRow)
        {
            (_source, _sum) = (new float[sourceRow], new float[sourceRow]);
        }

        // Rows first: that pass runs on whole vectors and leaves few rows for the strided one.
        int targetRow = _target.Width * _target.Channels;
        var sum = _sum.AsSpan(0, sourceRow);
        for (int y = 0; y < _target.Height; y++)
        {
            sum.Clear();
            int first = _rows.First(y);
            var weights = _rows.Weights(y);
            for (int k = 0; k < weights.Length; k++)
            {
                PixelVectors.ToSingle(source.Slice((first + k) * sourceRow, sourceRow), _source);
                PixelVectors.Accumulate(_source.AsSpan(0, sourceRow), weights[k], sum);
            }

            ResizeRow(sum, destination.Slice(y * targetRow, targetRow));
        }
    }

    private void ResizeRow(ReadOnlySpan<float> row, Span<byte> destination)
    {
        int channels = _target.Channels;
        for (int x = 0, p = 0; x < _target.Width; x++)
        {
            int first = _columns.First(x) * channels;
            var weights = _columns.Weights(x);
            for (int c = 0; c < channels; c++, p++)
            {
                float level = 0;
                for (int k = 0, at = first + c; k < weights.Length; k++, at += channels)
                {
                    level += row[at] * weights[k];
                }

                destination[p] = PixelVectors.ToLevel(level);
            }
        }
    }
}
