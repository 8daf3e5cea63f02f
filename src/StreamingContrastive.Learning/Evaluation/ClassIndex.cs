namespace StreamingContrastive.Learning.Evaluation;

/// <summary>
/// Numbers the classes that occur 0..Count-1 in ascending order, so that "the lower class wins" means the same before and after,
/// and so that one label of a billion does not cost an array of a billion.
/// </summary>
internal sealed class ClassIndex
{
    private readonly int[] _labels;

    private ClassIndex(int[] labels) => _labels = labels;

    public int Count => _labels.Length;

    public static ClassIndex Of(int[] labels) => new([.. labels.Distinct().Order()]);

    /// <summary>Index of each label; negative for a class that this index has never seen.</summary>
    public int[] Map(int[] labels) => Array.ConvertAll(labels, label => Array.BinarySearch(_labels, label));
}
