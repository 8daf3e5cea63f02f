using System.Text;
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
    public static ProducedRecords Of(EmojiPairsDataset set, bool heldOut)
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
            return new ProducedRecord(index, Value(set, index), set.Twitter.Labels[index]);
        });
    }

    /// <summary>The record's value: a Record message.</summary>
    public static byte[] Value(EmojiPairsDataset set, int index) => RecordCodec.Encode(new MultiPartRecord
    {
        Label = set.Twitter.Labels[index],
        Parts =
        [
            new NamedPart(Twitter, Png, PngPicture.Encode(set.Twitter, index)),
            new NamedPart(Google, Png, PngPicture.Encode(set.Google, index)),
            new NamedPart(Text, PlainText, Encoding.UTF8.GetBytes(set.Pairs[index].Text)),
        ],
    });

    private static int[] Order(IReadOnlyList<int> emoji, long pass)
    {
        int[] order = [.. emoji];
        new Random(checked((int)pass)).Shuffle(order);
        return order;
    }
}
