using System.Runtime.InteropServices;
using System.Text;
using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Augmentation.Text;
using StreamingContrastive.Host.Commands.Produce;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Pipeline.Ingest;

namespace StreamingContrastive.Tests.Host.Commands.Produce;

public sealed class IntentRecordsTests
{
    /// <summary>What produce writes, the ready pipeline reads: the row holds the text's ids, the value its label.</summary>
    [Fact]
    public void Of_SomeQuestions_AreWhatTheReadyPipelineReads()
    {
        var folder = Directory.CreateTempSubdirectory();
        File.WriteAllText(Path.Combine(folder.FullName, "train.csv"), "text,category\n\"My \"\"card\"\", £5?\",b\nwhy,a\n");
        File.WriteAllText(Path.Combine(folder.FullName, "test.csv"), "text,category\nwhat now,a\n");
        var set = IntentsDataset.FromDirectory(folder.FullName);
        folder.Delete(recursive: true);
        var options = PipelineConfiguration.Load(new ConfigurationRequest("intents", new Dictionary<string, string>(), []) { Connects = false }, PipelineFiles.OfThisProcess()).Options;
        var (layout, records) = (options.Input.Layout, IntentRecords.Of(set, heldOut: false));
        var record = Enumerable.Range(0, 2).Select(n => records.At(n)).Single(r => r.Label == 1);
        var (query, key, clean) = (new byte[layout.QueryBytes], new byte[layout.KeyBytes], new byte[layout.CleanBytes]);

        RowConstructors.Of(options.Input, options.Augmentation).TryConstruct(record.Value, new RecordPlace(1, 2, 0, 0, 0), query, key, clean, out var label, out var rejection).ShouldBeTrue(rejection?.Message);

        label.ShouldBe(1);
        var expected = new int[options.Input.Parts[0].Text.Tokens];
        new TextTokenizer(options.Input.Parts[0].Text).TryTokenize(Encoding.UTF8.GetBytes("My \"card\", £5?"), expected, out _);
        MemoryMarshal.Cast<byte, int>(clean.AsSpan(layout.OffsetOf(0))).ToArray().ShouldBe(expected);
        IntentRecords.Of(set, heldOut: true).At(1).Key.ShouldBe(0);
    }
}
