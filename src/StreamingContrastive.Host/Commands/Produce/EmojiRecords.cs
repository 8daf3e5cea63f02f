using System.Text;
using StreamingContrastive.Augmentation.Text.Edits;
using StreamingContrastive.Contracts.Records;
using StreamingContrastive.Host.Datasets;

namespace StreamingContrastive.Host.Commands.Produce;

/// <summary>
/// Emoji as records of three parts: twitter and google (32x32 PNG), text (name and tags, UTF-8); the class is the category. Every
/// pass has an order of its own: the table is sorted by category, and no stream of use is.
/// </summary>
internal static class EmojiRecords
{
    /// <summary>Names of the parts, as the ready pipeline has them.</summary>
    public const string Twitter = "twitter", Google = "google", Text = "text";

    private const string Png = "image/png";
    private const string PlainText = "text/plain";

    /// <summary>The emoji to learn from, or those held out.</summary>
    /// <param name="set">The emoji.</param>
    /// <param name="heldOut">Those held out.</param>
    /// <param name="edits">Most edits of its text that a record brings as hard negatives.</param>
    public static ProducedRecords Of(EmojiPairsDataset set, bool heldOut, int edits = 0)
    {
        var emoji = heldOut ? set.HeldOut : set.Train;
        int[] order = [];
        var ordered = -1L;
        return new ProducedRecords(heldOut ? "held-out emoji" : "emoji", emoji.Count, number =>
        {
            if (number / emoji.Count is var pass && pass != ordered)
            {
                (order, ordered) = (Order(emoji, pass), pass);
            }

            var index = order[number % emoji.Count];
            return new ProducedRecord(index, Value(set, index, edits), set.Twitter.Labels[index]);
        });
    }

    /// <summary>The record's value: a Record message.</summary>
    /// <param name="set">The emoji.</param>
    /// <param name="index">Which.</param>
    /// <param name="edits">Most edits of its text that the record brings as hard negatives; most texts offer none.</param>
    public static byte[] Value(EmojiPairsDataset set, int index, int edits = 0) => Value(set, index, set.Pairs[index].Text, edits);

    /// <summary>The record's value with another text in place of its own.</summary>
    public static byte[] ValueWith(EmojiPairsDataset set, int index, string text) => Value(set, index, text, edits: 0);

    private static byte[] Value(EmojiPairsDataset set, int index, string text, int edits) => RecordCodec.Encode(new MultiPartRecord
    {
        Label = set.Twitter.Labels[index],
        Parts =
        [
            new NamedPart(Twitter, Png, PngPicture.Encode(set.Twitter, index)),
            new NamedPart(Google, Png, PngPicture.Encode(set.Google, index)),
            PartOf(text),
        ],
        // The seed is the index: a record is the same in every pass, and under the same key.
        HardNegatives = [.. TextEdits.Draw(text, edits, seed: index).Select(edit => new RecordNegative { Inline = [PartOf(edit.Text)] })],
    });

    private static NamedPart PartOf(string text) => new(Text, PlainText, Encoding.UTF8.GetBytes(text));

    private static int[] Order(IReadOnlyList<int> emoji, long pass)
    {
        int[] order = [.. emoji];
        new Random(checked((int)pass)).Shuffle(order);
        return order;
    }
}
