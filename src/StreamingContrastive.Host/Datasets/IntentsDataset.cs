using StreamingContrastive.Host.Commands;

namespace StreamingContrastive.Host.Datasets;

/// <summary>
/// BANKING77 (Casanueva et al. 2020, arXiv 2003.04807; CC BY 4.0): questions of a bank's customers, 77 intents, 10,003 to learn from and
/// 3,080 held out. Not bundled: a folder has train.csv and test.csv, text and category, as PolyAI publishes them.
/// </summary>
internal sealed class IntentsDataset
{
    private IntentsDataset(LabelledTexts stream, LabelledTexts heldOut, IReadOnlyList<string> intents) =>
        (Stream, HeldOut, Intents) = (stream, heldOut, intents);

    /// <summary>Questions to learn from, in an order of their own: the file is sorted by intent, and no stream of use is.</summary>
    public LabelledTexts Stream { get; }

    /// <summary>Questions that nothing learns from.</summary>
    public LabelledTexts HeldOut { get; }

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Intents { get; }

    /// <summary>Reads the set.</summary>
    /// <param name="directory">Folder with both files; null where none was named.</param>
    /// <exception cref="UsageException">No folder was named, or a file is missing or of another form.</exception>
    public static IntentsDataset FromDirectory(string? directory)
    {
        if (directory is null)
        {
            throw new UsageException("intents is not bundled: name the folder of BANKING77's train.csv and test.csv with --data DIR. PolyAI publishes it (task-specific-datasets, banking_data; CC BY 4.0).");
        }

        var (train, test) = (Read(directory, "train.csv"), Read(directory, "test.csv"));
        string[] intents = [.. train.Select(r => r.Category).Distinct().Order(StringComparer.Ordinal)];
        return new IntentsDataset(Set("BANKING77 train", Shuffled(train)), Set("BANKING77 test", test), intents);

        LabelledTexts Set(string name, IReadOnlyList<(string Text, string Category)> rows) => new(
            name, [.. rows.Select(r => r.Text)], [.. rows.Select(r => Array.BinarySearch(intents, r.Category, StringComparer.Ordinal) is >= 0 and var at ? at
                : throw new UsageException($"test.csv in {directory} has the category {r.Category}, which train.csv has not: the two files do not belong together."))]);
    }

    private static (string Text, string Category)[] Shuffled((string Text, string Category)[] rows)
    {
        new Random(77).Shuffle(rows);
        return rows;
    }

    private static (string Text, string Category)[] Read(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        if (!File.Exists(path))
        {
            throw new UsageException($"{path} is missing: intents needs BANKING77's train.csv and test.csv in the folder of --data. PolyAI publishes them (task-specific-datasets, banking_data; CC BY 4.0).");
        }

        try
        {
            var rows = CsvText.Rows(File.ReadAllText(path));
            return rows is [["text", "category"], _, ..] && rows.All(r => r.Length == 2)
                ? [.. rows.Skip(1).Select(r => (r[0].Trim(), r[1]))]
                : throw new UsageException($"{path} has not two columns text and category with a row of questions below: it is another file than BANKING77's.");
        }
        catch (InvalidDataException broken)
        {
            throw new UsageException($"{path} is no CSV: {broken.Message}");
        }
    }
}
