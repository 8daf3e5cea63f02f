using StreamingContrastive.Augmentation;

namespace StreamingContrastive.Host.Datasets;

/// <summary>Pictures of one size with the class of each, in memory: uint8, channels last. Read only; slices share the memory.</summary>
internal sealed class LabelledPictures
{
    private readonly ReadOnlyMemory<byte> _pixels;
    private readonly ReadOnlyMemory<int> _labels;

    /// <param name="name">What a person calls this set, for reports and errors.</param>
    /// <param name="shape">Size of every picture.</param>
    /// <param name="pixels">Pictures one after the other.</param>
    /// <param name="labels">Class of each picture.</param>
    /// <exception cref="ArgumentException">Pixels and labels are of different numbers of pictures.</exception>
    public LabelledPictures(string name, ImageShape shape, ReadOnlyMemory<byte> pixels, ReadOnlyMemory<int> labels)
    {
        if (pixels.Length != (long)labels.Length * shape.ByteCount)
        {
            throw new ArgumentException($"{name}: {pixels.Length} bytes of pixels and {labels.Length} labels do not fit pictures of {shape}, one label each.");
        }

        Name = name;
        Shape = shape;
        _pixels = pixels;
        _labels = labels;
    }

    public string Name { get; }

    public ImageShape Shape { get; }

    public int Count => _labels.Length;

    /// <summary>All pixels, picture after picture.</summary>
    public ReadOnlyMemory<byte> Pixels => _pixels;

    public ReadOnlySpan<int> Labels => _labels.Span;

    /// <summary>Pixels of one picture, [Height x Width x Channels].</summary>
    public ReadOnlyMemory<byte> Picture(int index) => _pixels.Slice(index * Shape.ByteCount, Shape.ByteCount);

    /// <summary>Pictures [start, start + count).</summary>
    public LabelledPictures Slice(string name, int start, int count) =>
        new(name, Shape, _pixels.Slice(start * Shape.ByteCount, count * Shape.ByteCount), _labels.Slice(start, count));

    /// <summary>Copies of some pictures, in the order given.</summary>
    public LabelledPictures Pick(string name, IReadOnlyList<int> pictures)
    {
        var pixels = new byte[checked(pictures.Count * Shape.ByteCount)];
        var labels = new int[pictures.Count];
        for (var i = 0; i < pictures.Count; i++)
        {
            Picture(pictures[i]).CopyTo(pixels.AsMemory(i * Shape.ByteCount));
            labels[i] = Labels[pictures[i]];
        }

        return new LabelledPictures(name, Shape, pixels, labels);
    }

    /// <summary>Reads pictures [n, h, w] or [n, h, w, c] and labels [n] from two IDX files.</summary>
    /// <exception cref="InvalidDataException">A file is damaged or the two do not belong together.</exception>
    public static LabelledPictures FromIdx(string name, string picturesPath, string labelsPath)
    {
        IdxArray pictures = IdxFile.Read(picturesPath);
        IdxArray labels = IdxFile.Read(labelsPath);
        ImageShape shape = pictures.Dimensions switch
        {
            [_, int height and > 0, int width and > 0] => new ImageShape(height, width, 1),
            [_, int height and > 0, int width and > 0, int channels and (1 or 3)] => new ImageShape(height, width, channels),
            _ => throw new InvalidDataException(
                $"{picturesPath} holds {string.Join(" x ", pictures.Dimensions)} bytes: pictures are [count, height, width] or [count, height, width, 1 or 3]."),
        };
        if (labels.Dimensions is not [int count] || count != pictures.Dimensions[0])
        {
            throw new InvalidDataException(
                $"{labelsPath} holds {string.Join(" x ", labels.Dimensions)} labels for the {pictures.Dimensions[0]} pictures of {picturesPath}: the two files do not belong together.");
        }

        return new LabelledPictures(name, shape, pictures.Data, Array.ConvertAll(labels.Data, label => (int)label));
    }
}
