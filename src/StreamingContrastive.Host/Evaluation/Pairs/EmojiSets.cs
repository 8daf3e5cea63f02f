using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Host.Commands.Produce;
using StreamingContrastive.Host.Datasets;

namespace StreamingContrastive.Host.Evaluation.Pairs;

/// <summary>Which emoji an evaluation learns from and which it asks about.</summary>
/// <param name="Data">The data set.</param>
/// <param name="Learn">Emoji to learn from.</param>
/// <param name="Ask">Emoji asked about; in no other set.</param>
internal sealed record EmojiSets(EmojiPairsDataset Data, IReadOnlyList<int> Learn, IReadOnlyList<int> Ask)
{
    // Fifth 0 is held out for good; a recipe is chosen on this one.
    private const int ChoiceFifth = 1;

    /// <summary>The sets of a split. With train, the held-out emoji are not looked at.</summary>
    public static EmojiSets Of(EmojiPairsDataset data, EvaluationSplit split) => split == EvaluationSplit.Test
        ? new EmojiSets(data, data.Train, data.HeldOut)
        : new EmojiSets(data, data.Where(fifth => fifth > ChoiceFifth), data.Where(fifth => fifth == ChoiceFifth));

    /// <summary>Which of their texts the emoji asked about are asked to pick.</summary>
    public EditQuestions Edits => EditQuestions.Of([.. Ask.Select(i => Data.Pairs[i].Text)]);

    /// <summary>The records of some emoji, as <c>produce emoji</c> sends them.</summary>
    /// <param name="emoji">The emoji.</param>
    /// <param name="edits">Most edits of its text that a record brings as hard negatives.</param>
    public IReadOnlyList<StoredRecord> Records(IReadOnlyList<int> emoji, int edits = 0) => [.. emoji.Select(i => Record(i, EmojiRecords.Value(Data, i, edits)))];

    /// <summary>A record for each edit of the emoji asked, with the edit as its text.</summary>
    public IReadOnlyList<StoredRecord> EditRecords(EditQuestions questions) =>
    [
        .. from question in questions.Places.Zip(questions.Edits)
           from edit in question.Second
           let emoji = Ask[question.First]
           select Record(emoji, EmojiRecords.ValueWith(Data, emoji, edit.Text)),
    ];

    /// <summary>SHA-256 of the records to learn from and of those asked about.</summary>
    public string ContentHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var record in Records(Learn).Concat(Records(Ask)))
        {
            hash.AppendData(record.Value);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private StoredRecord Record(int emoji, byte[] value) =>
        new(RecordIdentity.RecordId(Encoding.UTF8.GetBytes(emoji.ToString(CultureInfo.InvariantCulture))), value, Data.Twitter.Labels[emoji]);
}
