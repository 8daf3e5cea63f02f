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
            var json = new JsonObject { [Text] = texts.Texts[index], ["label"] = texts.Labels[index] };
            return new ProducedRecord(index, Encoding.UTF8.GetBytes(json.ToJsonString(Options)), texts.Labels[index]);
        });
    }

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);
}
