using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Host.Evaluation;
using StreamingContrastive.Host.Evaluation.Pairs;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Tests.Learning;

namespace StreamingContrastive.Tests.Host.Evaluation.Pairs;

/// <summary>Training on edits, from the record to the report: the bundled emoji, small pictures and few steps.</summary>
[Collection(TorchTests.Name)]
public sealed class EditRowsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edits-");
    private readonly StringWriter _out = new();

    /// <summary>Each edit stands in a slot of its record's key row, as the same text alone is read; a text without edits has none.</summary>
    [Fact]
    public void Next_OfTheRowEdits_PutsEditsIntoSlots()
    {
        var plan = PairsPlan.Of(Request());
        var (options, sets) = (plan.Pipeline(EvaluationPart.Edits), plan.Sets);
        int[] emoji = [.. sets.Learn.Where(i => sets.Data.Pairs[i].Name is "seven o’clock" or "twelve o’clock" or "red apple" or "cat face")];
        emoji.Length.ShouldBeGreaterThan(1);
        var (records, layout) = (sets.Records(emoji, plan.Edits(EvaluationPart.Edits)), options.Input.Layout);
        var questions = EditQuestions.Of([.. emoji.Select(i => sets.Data.Pairs[i].Text)]);
        var edits = RecordBatchSource.Clean(options, new EmojiSets(sets.Data, emoji, emoji).EditRecords(questions)).Part(layout.IndexOf("text")).Bytes;
        var (part, bytes) = (layout.IndexOf("text"), layout.Parts[2].Bytes);
        var known = edits.Chunk(bytes).Select(Convert.ToHexString).ToHashSet();

        var batch = new RecordBatchSource(options, records, new StreamOrder(emoji.Length), seed: 1).Next();

        for (var i = 0; i < emoji.Length; i++)
        {
            var key = batch.Key.AsSpan(i * layout.KeyBytes, layout.KeyBytes);
            var count = BinaryPrimitives.ReadInt32LittleEndian(key[layout.NegativesOffsetOf(part)..]);
            var place = questions.Places.ToList().IndexOf(i);
            count.ShouldBe(place < 0 ? 0 : Math.Min(8, questions.Edits[place].Count), sets.Data.Pairs[emoji[i]].Name);
            for (var slot = 0; slot < count; slot++)
            {
                known.ShouldContain(Convert.ToHexString(key.Slice(layout.NegativeSlotOf(part, slot), bytes)));
            }
        }
    }

    [Fact]
    public void Pipeline_OfTheOtherRows_HasNoSlotsAndNoPolicy()
    {
        var options = Options() with { Input = Options().Input with { Parts = [.. Options().Input.Parts.Select(p => p with { HardNegatives = p.Name == "text" ? 3 : 0 })] } };
        var plan = PairsPlan.Of(Request() with { Options = options });

        plan.Pipeline(EvaluationPart.Plain).Input.Layout.Parts[2].HardNegatives.ShouldBe(0);
        plan.Trainer(EvaluationPart.Plain, 1).Objective.Policies.HardNegatives.ShouldBeNull();
        plan.Pipeline(EvaluationPart.Edits).Input.Layout.Parts[2].HardNegatives.ShouldBe(3);
        plan.Trainer(EvaluationPart.Edits, 1).Objective.Policies.HardNegatives.ShouldNotBeNull();
        plan.Trainer(EvaluationPart.Edits, 1).Layout.Parts[2].HardNegatives.ShouldBe(3);
    }

    [Fact]
    public async Task Run_PlainAndEdits_ReportsWhoPicksTheOwnText()
    {
        (await RunAsync(Request(EvaluationPart.Raw, EvaluationPart.Plain, EvaluationPart.Edits))).ShouldBe(ExitCodes.Ok);

        var report = JsonNode.Parse(File.ReadAllText(Report))!;
        var rows = report["table"]!.AsArray().ToDictionary(r => (string)r!["part"]!, r => r!["figures"]!.AsObject());
        rows["raw"].ContainsKey("googlePicksText").ShouldBeFalse();
        foreach (var row in new[] { rows["plain"], rows["edits"] })
        {
            double Mean(string name) => (double)row[name]!["mean"]!;
            Mean("editsAsked").ShouldBe(report["runs"]![1]!["ranks"]!["googleAmongEdits"]!.AsArray().Count);
            Mean("editsAsked").ShouldBeInRange(20, 100);
            Mean("editsChance").ShouldBeInRange(0.05, 0.5);
            Mean("twitterPicksText").ShouldBeInRange(0, 1);
        }

        report["runs"]![2]!["ranks"]!.ToJsonString().ShouldNotBe(report["runs"]![1]!["ranks"]!.ToJsonString());
        report["againstPlain"]!.AsArray().Select(d => $"{d!["part"]} {d["figure"]}").ShouldContain("edits twitterPicksText");
        ((string)report["definition"]!["edits"]!).ShouldContain("emoji whose text offers edits");
        _out.ToString().ShouldContain("+ edits as hard negatives, own text among its edits, ");
    }

    [Fact]
    public async Task Run_EditsWithoutAText_IsRefused()
    {
        var pictures = Options() with { Input = Options().Input with { Parts = [.. Options().Input.Parts.Take(2)] } };

        (await Should.ThrowAsync<UsageException>(() => RunAsync(Request(EvaluationPart.Edits) with { Options = pictures }))).Message
            .ShouldContain("--parts holds edits, but input:parts has no text and picture to ask: twitter, google.");
    }

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _out.Dispose();
    }

    private string Report => Path.Combine(_folder.FullName, "report.json");

    private EvaluationRequest Request(params EvaluationPart[] parts) => new(
        Options(), Report, DataDirectory: null, parts.Length == 0 ? null : parts, Seeds: null, Steps: 12, EvaluationSplit.Train, BankRows: null, LabelShare: 1);

    private Task<int> RunAsync(EvaluationRequest request) => new EvaluationRunner().RunAsync(
        request, new ProgramContext(_out, TextWriter.Null, new Dictionary<string, string>(), PipelineFiles.OfThisProcess(), new FakeTimeProvider()), TestContext.Current.CancellationToken);

    private static PipelineOptions Options() => PipelineConfiguration.Load(
        new ConfigurationRequest("emoji", new Dictionary<string, string>(), [.. Small.Select(set => new Assignment(set))]) { Connects = false },
        PipelineFiles.OfThisProcess()).Options;

    private static readonly string[] Small =
    [
        "training:batchSize=32", "training:threads=1", "training:device=cpu", "encoder:architecture=smallResNet", "encoder:width=8", "encoder:poolingGrid=1",
        "input:parts:0:payload:height=16", "input:parts:0:payload:width=16", "input:parts:1:payload:height=16", "input:parts:1:payload:width=16",
        "input:parts:2:text:maskProbability=0", "input:parts:2:encoder:text:buckets=512",
    ];
}
