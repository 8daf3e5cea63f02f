namespace StreamingContrastive.Host.Configuration;

/// <summary>Finds what somebody may have meant.</summary>
internal static class NearestNames
{
    /// <summary>
    /// The names within an edit distance of a third of the length (at least 2), or that begin with what was written or the other
    /// way round; nearest first, at most three. Case and underscores do not count.
    /// </summary>
    public static IReadOnlyList<string> Find(string written, IEnumerable<string> names)
    {
        var wanted = Plain(written);
        var limit = Math.Max(2, wanted.Length / 3);
        return [.. names
            .Select(n => (Name: n, Distance: Distance(wanted, Plain(n))))
            .Where(c => c.Distance <= limit || IsPrefix(wanted, Plain(c.Name)))
            .OrderBy(c => c.Distance).ThenBy(c => c.Name, StringComparer.Ordinal)
            .Take(3)
            .Select(c => c.Name)];
    }

    /// <summary>Edit distance (Levenshtein): insertions, deletions and substitutions that turn one text into the other.</summary>
    public static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    private static bool IsPrefix(string a, string b) =>
        Math.Min(a.Length, b.Length) >= 3 && (a.StartsWith(b, StringComparison.Ordinal) || b.StartsWith(a, StringComparison.Ordinal));
}
