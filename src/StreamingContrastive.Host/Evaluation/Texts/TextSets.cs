using System.Security.Cryptography;
using System.Text;
using StreamingContrastive.Host.Commands.Produce;
using StreamingContrastive.Host.Datasets;

namespace StreamingContrastive.Host.Evaluation.Texts;

/// <summary>Which texts an evaluation trains on, which are also the bank that votes, and which it asks about.</summary>
/// <param name="Learn">Texts to learn from.</param>
/// <param name="Queries">Texts that are classified; in no other set.</param>
internal sealed record TextSets(LabelledTexts Learn, LabelledTexts Queries)
{
    private const int HoldoutParts = 5;

    /// <summary>Cuts a data set.</summary>
    /// <param name="set">The data set.</param>
    /// <param name="split">With Train, the held-out texts are not looked at: the last fifth of the others is asked.</param>
    public static TextSets Of(IntentsDataset set, EvaluationSplit split)
    {
        if (split == EvaluationSplit.Test)
        {
            return new TextSets(set.Stream, set.HeldOut);
        }

        var kept = set.Stream.Count - (set.Stream.Count / HoldoutParts);
        int[] all = [.. Enumerable.Range(0, set.Stream.Count)];
        return new TextSets(set.Stream.Pick($"first {kept} of {set.Stream.Name}", all[..kept]), set.Stream.Pick($"last {all.Length - kept} of {set.Stream.Name}", all[kept..]));
    }

    /// <summary>The records of a set, as <c>produce intents</c> sends them.</summary>
    /// <param name="texts">The set.</param>
    /// <param name="labelled">Whether they carry their labels.</param>
    public static IReadOnlyList<StoredRecord> Records(LabelledTexts texts, bool labelled) =>
        [.. Enumerable.Range(0, texts.Count).Select(i => new StoredRecord(i, IntentRecords.Value(texts, i), labelled ? texts.Labels[i] : -1))];

    /// <summary>SHA-256 of texts and labels of both sets.</summary>
    public string ContentHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (text, label) in new[] { Learn, Queries }.SelectMany(set => set.Texts.Zip(set.Labels)))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{text}\0{label}\0"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
