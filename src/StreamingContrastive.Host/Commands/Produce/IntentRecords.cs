using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamingContrastive.Host.Datasets;

namespace StreamingContrastive.Host.Commands.Produce;

/// <summary>BANKING77's questions as JSON records of one part, text; the class is the intent's number in the order of their names.</summary>
internal static class IntentRecords
{
    /// <summary>Name of the part, as the ready pipeline has it.</summary>
    public const string Text = "text";

    /// <summary>The questions to learn from, or those held out.</summary>
    public static ProducedRecords Of(IntentsDataset set, bool heldOut)
    {
        var texts = heldOut ? set.HeldOut : set.Stream;
        return new ProducedRecords(texts.Name, texts.Count, number =>
        {
            var index = (int)(number % texts.Count);
            return new ProducedRecord(index, Value(texts, index), texts.Labels[index]);
        });
    }

    /// <summary>A question as it lies in the topic.</summary>
    public static byte[] Value(LabelledTexts texts, int index) =>
        Encoding.UTF8.GetBytes(new JsonObject { [Text] = texts.Texts[index], ["label"] = texts.Labels[index] }.ToJsonString(Options));

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);
}
