using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;
using StreamingContrastive.Augmentation.Text;

namespace StreamingContrastive.Tests.Augmentation.Text;

/// <summary>Ids by strings and regular expressions, a list for everything: slow, and written from the rule instead of from the code.</summary>
internal static partial class ReferenceTokens
{
    public static int[] Of(string text, TextOptions options)
    {
        var joined = text.Replace("'", "", StringComparison.Ordinal).Replace("’", "", StringComparison.Ordinal);
        var words = Words().Matches(joined).Select(m => m.Value).Take(options.Tokens).ToList();
        var (ids, left) = (new List<int>(), options.Tokens - words.Count);
        foreach (var word in words)
        {
            var characters = word.EnumerateRunes().Select(Rune.ToLowerInvariant).Take(64).ToArray();
            string[] marked = ["<", .. characters.Select(r => r.ToString()), ">"];
            ids.Add(Id(string.Concat(marked)) | int.MinValue);
            for (var n = options.ShortestNgram; n <= options.LongestNgram && n < marked.Length; n++)
            {
                for (var i = 0; i + n <= marked.Length && left > 0; i++, left--)
                {
                    ids.Add(Id(string.Concat(marked.Skip(i).Take(n))));
                }
            }
        }

        return [.. ids, .. Enumerable.Repeat(0, options.Tokens - ids.Count)];
    }

    public static int Id(string ngram) => (int)(1 + (XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(ngram)) % int.MaxValue));

    [GeneratedRegex(@"\p{Cs}{2}|[\p{IsThai}\p{IsHiragana}\p{IsKatakana}\p{IsCJKUnifiedIdeographs}-[\p{P}]]\p{M}*|[\p{Sc}\p{Sm}\p{So}]\p{M}*|[\p{L}\p{N}-[\p{IsThai}\p{IsHiragana}\p{IsKatakana}\p{IsCJKUnifiedIdeographs}]][\p{L}\p{N}\p{M}-[\p{IsThai}\p{IsHiragana}\p{IsKatakana}\p{IsCJKUnifiedIdeographs}]]*")]
    private static partial Regex Words();
}
