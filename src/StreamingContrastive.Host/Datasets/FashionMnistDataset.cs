namespace StreamingContrastive.Host.Datasets;

/// <summary>
/// Fashion-MNIST (Xiao et al. 2017, arXiv:1708.07747; MIT), split into a part that is streamed and one that is held out.
/// Bundled: of the 10,000 test images, the first 8,000 and the last 2,000. Full: 60,000 training and 10,000 test images.
/// </summary>
internal sealed class FashionMnistDataset
{
    /// <summary>The Debian package that installs the full set, and where.</summary>
    public const string DebianPackage = "dataset-fashion-mnist";

    /// <summary>Where the Debian package puts the full set.</summary>
    public const string DebianDirectory = "/usr/share/datasets/fashion-mnist";

    /// <summary>Most pictures of the kNN bank and the linear probe, so that figures of all runs are over the same rows.</summary>
    public const int BankCapacity = 20_000;

    private const int BundledStreamCount = 8_000;

    private FashionMnistDataset(LabelledPictures stream, LabelledPictures heldOut)
    {
        Stream = stream;
        HeldOut = heldOut;
        int bank = Math.Min(BankCapacity, stream.Count);
        Bank = stream.Slice($"first {bank} of {stream.Name}", 0, bank);
    }

    /// <summary>Names of the classes 0 to 9.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>Pictures that are produced to the topic and trained on.</summary>
    public LabelledPictures Stream { get; }

    /// <summary>Pictures that no encoder trains on: queries of kNN, test rows of the linear probe.</summary>
    public LabelledPictures HeldOut { get; }

    /// <summary>Bank of kNN and training rows of the linear probe: the first <see cref="BankCapacity"/> pictures of the stream.</summary>
    public LabelledPictures Bank { get; }

    /// <summary>The set that lies beside the executable.</summary>
    /// <exception cref="FileNotFoundException">The files are not beside the executable.</exception>
    public static FashionMnistDataset Bundled()
    {
        string directory = Path.Combine(AppContext.BaseDirectory, "Datasets", "FashionMnist");
        LabelledPictures all = Load("Fashion-MNIST test images", directory, "t10k", "It belongs beside the executable: build or publish again.");
        return new FashionMnistDataset(
            all.Slice($"first {BundledStreamCount} {all.Name}", 0, BundledStreamCount),
            all.Slice($"last {all.Count - BundledStreamCount} {all.Name}", BundledStreamCount, all.Count - BundledStreamCount));
    }

    /// <summary>The full set from a directory with train-* and t10k-* IDX files, gzipped or not.</summary>
    /// <exception cref="FileNotFoundException">A file is missing; the message names it and the package that brings it.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static FashionMnistDataset FromDirectory(string directory)
    {
        string mend = $"On Debian 'apt install {DebianPackage}' puts the four files into {DebianDirectory}.";
        return new FashionMnistDataset(
            Load("Fashion-MNIST training images", directory, "train", mend),
            Load("Fashion-MNIST test images", directory, "t10k", mend));
    }

    private static LabelledPictures Load(string name, string directory, string part, string mend) => LabelledPictures.FromIdx(
        name, Find(directory, $"{part}-images-idx3-ubyte", mend), Find(directory, $"{part}-labels-idx1-ubyte", mend));

    private static string Find(string directory, string file, string mend)
    {
        string plain = Path.Combine(directory, file);
        string packed = plain + ".gz";
        if (File.Exists(packed))
        {
            return packed;
        }

        return File.Exists(plain) ? plain : throw new FileNotFoundException($"{packed} is missing (and so is {plain}). {mend}", packed);
    }
}
