using System.IO.Hashing;

namespace StreamingContrastive.Augmentation.Text;

/// <summary>
/// Ids of words and n-grams: XxHash3 (seed 0) of their UTF-8 into 1..2^31 - 1, the same in every process and version; tests pin them. An
/// encoder folds them into its buckets. 0 is padding. The top bit marks the first id of a word: a bag ignores it, a transformer sums by it.
/// </summary>
public static class TokenIds
{
    /// <summary>The id that fills a text's places after its last one.</summary>
    public const int Padding = 0;

    /// <summary>The bit of the first id of a word.</summary>
    public const int WordStart = int.MinValue;

    private const ulong Largest = int.MaxValue;

    /// <summary>The id of a word's or n-gram's bytes, without the bit.</summary>
    /// <param name="utf8">Its bytes, boundary marks included.</param>
    public static int Of(ReadOnlySpan<byte> utf8) => (int)(1 + (XxHash3.HashToUInt64(utf8) % Largest));

    /// <summary>Whether an id begins a word.</summary>
    /// <param name="id">An id as it stands in a row.</param>
    public static bool StartsWord(int id) => id < 0;

    /// <summary>Ids before the padding.</summary>
    /// <param name="tokens">A text's places.</param>
    public static ReadOnlySpan<int> Used(ReadOnlySpan<int> tokens)
    {
        var end = tokens.IndexOf(Padding);
        return end < 0 ? tokens : tokens[..end];
    }
}
