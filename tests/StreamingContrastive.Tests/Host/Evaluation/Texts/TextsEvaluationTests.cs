using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Host.Evaluation;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Tests.Learning;

namespace StreamingContrastive.Tests.Host.Evaluation.Texts;

/// <summary>Three intents whose questions share words within, and a small encoder: an evaluation of seconds.</summary>
[Collection(TorchTests.Name)]
public sealed class TextsEvaluationTests : IDisposable
{
    private static readonly (string Intent, string[] Words)[] Intents =
        [("card", ["card", "arrive", "post", "delivery"]), ("rate", ["exchange", "rate", "currency", "euro"]), ("pin", ["pin", "blocked", "forgot", "code"])];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("texts-");
    private readonly StringWriter _out = new();

    public TextsEvaluationTests()
    {
        Write("train.csv", 90, seed: 1);
        Write("test.csv", 30, seed: 2);
    }

    [Fact]
    public async Task Run_AllRowsTwoSeeds_WritesFiguresAndPairedDifferences()
    {
        (await RunAsync(Request() with { Seeds = [1, 2] })).ShouldBe(ExitCodes.Ok);

        var report = JsonNode.Parse(File.ReadAllText(Report))!;
        var table = report["table"]!.AsArray();
        table.Select(r => (string)r!["part"]!).ShouldBe(["tfIdf", "untrained", "unlabelled", "supCon"]);
        table.ShouldAllBe(r => (double)r!["figures"]!["knn20"]!["mean"]! > 0.5 && (double)r["figures"]!["queries"]!["mean"]! == 30);
        foreach (var run in report["runs"]!.AsArray())
        {
            (1 - ((double)run!["missed"]!.AsArray().Count / 30)).ShouldBe((double)run["figures"]!["knn20"]!, 1e-12);
        }

        report["differences"]!.AsArray().Select(d => $"{d!["part"]}-{d["than"]}").ShouldBe(["unlabelled-untrained", "supCon-untrained", "supCon-unlabelled", "unlabelled-tfIdf", "supCon-tfIdf"]);
        report["runs"]!.AsArray().Where(r => (string)r!["part"]! == "supCon").Select(r => (string)r!["encoderSha256"]!).Distinct().Count().ShouldBe(2);
        _out.ToString().ShouldContain("TF-IDF of words (2 seeds)");
    }

    [Fact]
    public async Task Run_Again_KeepsFinishedRowsAndGivesTheSame()
    {
        await RunAsync(Request(EvaluationPart.SupCon));
        var first = File.ReadAllText(Report);
        await RunAsync(Request(EvaluationPart.SupCon));
        File.ReadAllText(Report).ShouldBe(first);

        File.Delete(Report);
        await RunAsync(Request(EvaluationPart.SupCon));
        JsonNode.Parse(File.ReadAllText(Report))!["runs"]!.ToJsonString().ShouldBe(JsonNode.Parse(first)!["runs"]!.ToJsonString());
    }

    [Fact]
    public async Task Run_SplitTrain_DoesNotLookAtTheTestTexts()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "test.csv"), "text,category\nsomething else,card\n");

        await RunAsync(Request(EvaluationPart.TfIdf) with { Split = EvaluationSplit.Train });

        _out.ToString().ShouldContain("72 texts to learn from, which also vote, 18 asked about (last 18 of BANKING77 train)");
    }

    [Fact]
    public async Task Run_ARowOfPictures_IsRefused() =>
        (await Should.ThrowAsync<UsageException>(() => RunAsync(Request(EvaluationPart.Raw)))).Message.ShouldContain("--parts holds raw, which is no row for texts; allowed here: tfIdf, untrained, unlabelled, supCon.");

    [Fact]
    public async Task Run_WithoutData_SaysHowToNameIt() =>
        (await Should.ThrowAsync<UsageException>(() => RunAsync(Request() with { DataDirectory = null }))).Message.ShouldContain("--data DIR");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _out.Dispose();
    }

    private string Report => Path.Combine(_folder.FullName, "report.json");

    private EvaluationRequest Request(params EvaluationPart[] parts) => new(
        Options(), Report, _folder.FullName, parts.Length == 0 ? null : parts, Seeds: null, Steps: 5, EvaluationSplit.Test, BankRows: null, LabelShare: 1);

    private Task<int> RunAsync(EvaluationRequest request) => new EvaluationRunner().RunAsync(
        request, new ProgramContext(_out, TextWriter.Null, new Dictionary<string, string>(), PipelineFiles.OfThisProcess(), new FakeTimeProvider()), TestContext.Current.CancellationToken);

    private static PipelineOptions Options() => PipelineConfiguration.Load(
        new ConfigurationRequest(
            "intents", new Dictionary<string, string>(),
            [.. Small.Select(set => new Assignment(set))])
        { Connects = false },
        PipelineFiles.OfThisProcess()).Options;

    private static readonly string[] Small =
    [
        "training:batchSize=64", "training:threads=1", "training:device=cpu", "encoder:text:buckets=256", "encoder:text:dimension=32", "encoder:projectionDimension=16", "input:parts:0:text:tokens=40",
    ];

    private void Write(string name, int count, int seed)
    {
        var random = new Random(seed);
        File.WriteAllLines(Path.Combine(_folder.FullName, name), ["text,category", .. Enumerable.Range(0, count).Select(i =>
        {
            var (intent, words) = Intents[i % Intents.Length];
            return string.Create(CultureInfo.InvariantCulture, $"\"please, my {random.GetItems(words, 1)[0]} and {random.GetItems(words, 1)[0]} of {random.Next(9)}\",{intent}");
        })]);
    }
}
