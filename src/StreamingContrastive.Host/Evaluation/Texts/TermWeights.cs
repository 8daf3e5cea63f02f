using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Host.Evaluation.Texts;

/// <summary>
/// TF-IDF (Sparck Jones 1972; Salton and Buckley 1988), the baseline without an encoder: a text is its words' (1 + ln tf) (1 + ln((1 + N) /
/// (1 + df))), N and df of the texts to learn from; words that none of them has count nothing. Words are runs of letters and digits, lower-cased, apostrophes dropped.
/// </summary>
internal sealed class TermWeights
{
    private readonly Dictionary<string, int> _terms = [];
    private readonly double[] _idf;

    /// <param name="learn">Texts that say which words are rare.</param>
    public TermWeights(LabelledTexts learn)
    {
        var documents = new List<int>();
        foreach (var text in learn.Texts)
        {
            foreach (var word in Words(text).Distinct())
            {
                if (!_terms.TryGetValue(word, out var term))
                {
                    _terms[word] = term = documents.Count;
                    documents.Add(0);
                }

                documents[term]++;
            }
        }

        _idf = [.. documents.Select(df => 1 + Math.Log((1.0 + learn.Count) / (1 + df)))];
    }

    /// <summary>Different words.</summary>
    public int Count => _idf.Length;

    /// <summary>Vectors of texts, row-major [texts x words + 1]; the last value is 1 for a text of unknown words alone, so that no row is all zeros.</summary>
    public LabelledFeatures Features(LabelledTexts texts)
    {
        var size = Count + 1;
        var rows = new float[checked(texts.Count * size)];
        for (var i = 0; i < texts.Count; i++)
        {
            var row = rows.AsSpan(i * size, size);
            foreach (var group in Words(texts.Texts[i]).Where(_terms.ContainsKey).GroupBy(w => _terms[w]))
            {
                row[group.Key] = (float)((1 + Math.Log(group.Count())) * _idf[group.Key]);
            }

            row[^1] = row.ContainsAnyExcept(0f) ? 0 : 1;
        }

        return new LabelledFeatures(rows, texts.Labels);
    }

    /// <summary>Words of a text.</summary>
    internal static IEnumerable<string> Words(string text)
    {
        var word = new System.Text.StringBuilder();
        foreach (var letter in text.Append(' '))
        {
            if (char.IsLetterOrDigit(letter))
            {
                word.Append(char.ToLowerInvariant(letter));
            }
            else if (letter is not ('\'' or '’') && word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }
    }
}
