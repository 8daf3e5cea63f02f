namespace StreamingContrastive.Host.Datasets;

/// <summary>
/// Which emoji are held out: a function of the index alone, so that every reader of the table draws the same line. The mix of SplitMix64
/// (Steele, Lea and Flood 2014) scatters neighbours of the table, which look alike, over the fifths.
/// </summary>
internal static class EmojiSplit
{
    private const int Parts = 5;

    /// <summary>The fifth of an index, 0 to 4. Fifth 0 is held out; fifth 1 is where a recipe is chosen.</summary>
    public static int Fifth(int index)
    {
        unchecked
        {
            var mixed = (ulong)index + 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return (int)((mixed ^ (mixed >> 31)) % Parts);
        }
    }
}
