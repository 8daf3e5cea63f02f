using System.Globalization;

namespace StreamingContrastive.Host.Datasets;

/// <summary>
/// 1,911 emoji in two drawing styles (Twitter's and Google's, 32x32 RGB on white) with name, tags and category; sources and licences are in
/// the NOTICE.txt beside the files. A fifth is held out by <see cref="EmojiSplit"/>.
/// </summary>
internal sealed class EmojiPairsDataset
{
    private const string Table = "pairs.tsv";
    private static readonly string[] Columns = ["index", "image", "label", "tags", "category", "subcategory"];

    private EmojiPairsDataset(IReadOnlyList<EmojiPair> pairs, IReadOnlyList<string> categories, LabelledPictures twitter, LabelledPictures google) =>
        (Pairs, CategoryNames, Twitter, Google) = (pairs, categories, twitter, google);

    /// <summary>All emoji, in the order of the table.</summary>
    public IReadOnlyList<EmojiPair> Pairs { get; }

    /// <summary>Names of the categories, in the order of the alphabet: their places are the labels.</summary>
    public IReadOnlyList<string> CategoryNames { get; }

    /// <summary>Twitter's drawings, labelled with the category.</summary>
    public LabelledPictures Twitter { get; }

    /// <summary>Google's drawings, labelled with the category.</summary>
    public LabelledPictures Google { get; }

    /// <summary>Emoji to learn from, ascending.</summary>
    public IReadOnlyList<int> Train => Where(fifth => fifth != 0);

    /// <summary>Emoji that nothing learns from, ascending.</summary>
    public IReadOnlyList<int> HeldOut => Where(fifth => fifth == 0);

    /// <summary>The set that lies beside the executable.</summary>
    /// <exception cref="FileNotFoundException">The files are not beside the executable.</exception>
    public static EmojiPairsDataset Bundled() => FromDirectory(Path.Combine(AppContext.BaseDirectory, "Datasets", "EmojiPairs"));

    /// <summary>The set from a folder with its three files.</summary>
    /// <exception cref="FileNotFoundException">A file is missing; the message names it.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or the three do not belong together.</exception>
    public static EmojiPairsDataset FromDirectory(string directory)
    {
        var pairs = ReadTable(Find(directory, Table));
        string[] categories = [.. pairs.Select(p => p.Category).Distinct().Order(StringComparer.Ordinal)];
        int[] labels = [.. pairs.Select(p => Array.IndexOf(categories, p.Category))];
        return new EmojiPairsDataset(
            pairs, categories,
            Pictures("Twitter's emoji", Find(directory, "twitter-32x32-rgb-idx4-ubyte.gz"), labels),
            Pictures("Google's emoji", Find(directory, "google-32x32-rgb-idx4-ubyte.gz"), labels));
    }

    /// <summary>Emoji of one fifth of <see cref="EmojiSplit"/>, or of all others.</summary>
    public IReadOnlyList<int> Where(Func<int, bool> fifth) => [.. Pairs.Select(p => p.Index).Where(i => fifth(EmojiSplit.Fifth(i)))];

    private static List<EmojiPair> ReadTable(string path)
    {
        var lines = File.ReadAllLines(path);
        if (lines.Length == 0 || !lines[0].Split('\t').AsSpan().StartsWith(Columns))
        {
            throw new InvalidDataException($"{path} does not start with the columns {string.Join(", ", Columns)}: it is no table of emoji.");
        }

        var pairs = new List<EmojiPair>(lines.Length - 1);
        foreach (var line in lines.AsSpan(1))
        {
            var fields = line.Split('\t');
            if (fields.Length < Columns.Length || !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index != pairs.Count)
            {
                throw new InvalidDataException($"{path}, line {pairs.Count + 2}: {fields.Length} fields, the first of them '{fields[0]}'; at least {Columns.Length} are needed and the index {pairs.Count}. Copy the file again.");
            }

            pairs.Add(new EmojiPair(index, fields[2], fields[3].Split('|', StringSplitOptions.RemoveEmptyEntries), fields[4], fields[5]));
        }

        return pairs;
    }

    private static LabelledPictures Pictures(string name, string path, int[] labels)
    {
        var pictures = IdxFile.Read(path);
        return pictures.Dimensions is [var count, 32, 32, 3] && count == labels.Length
            ? new LabelledPictures(name, new Augmentation.ImageShape(32, 32, 3), pictures.Data, labels)
            : throw new InvalidDataException($"{path} holds {string.Join(" x ", pictures.Dimensions)} bytes; {labels.Length} x 32 x 32 x 3 are needed, one picture for each line of {Table}.");
    }

    private static string Find(string directory, string file)
    {
        var path = Path.Combine(directory, file);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing. The bundled emoji belong beside the executable: build or publish again, or name a folder that has them with --data.", path);
    }
}
