using System.Text.Json.Nodes;
using StreamingContrastive.Host.Evaluation;

namespace StreamingContrastive.Tests.Host.Evaluation;

public sealed class EvaluationReportFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public EvaluationReportFileTests() => File.Delete(_path);

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Add_Runs_AreThereAgainAndSummedUpOverSeeds()
    {
        var file = EvaluationReportFile.Open(_path, Definition());
        file.Add(Run("streamed", 1, 0.5));
        file.Add(Run("streamed", 2, 0.7));
        file.Add(Run("raw", 1, 0.25));

        var again = EvaluationReportFile.Open(_path, Definition());

        again.Runs.Select(r => (r.Part, r.Seed, r.Figures["knn20"])).ShouldBe([("streamed", 1, 0.5), ("streamed", 2, 0.7), ("raw", 1, 0.25)]);
        var rows = EvaluationRow.Of(again.Runs);
        rows.Select(r => r.Part).ShouldBe(["streamed", "raw"]);
        rows[0].Figures["knn20"].Mean.ShouldBe(0.6, 1e-12);
        rows[0].Figures["knn20"].Deviation!.Value.ShouldBe(Math.Sqrt(0.02), 1e-12); // n - 1
        rows[1].Figures["knn20"].Deviation.ShouldBeNull();
    }

    [Fact]
    public void Add_NewerCheckpoint_ReplacesTheOlderOne()
    {
        var file = EvaluationReportFile.Open(_path, Definition());
        file.Add(Run("checkpoint", 1, 0.5) with { Checkpoint = "a" });
        file.Add(Run("checkpoint", 2, 0.5) with { Checkpoint = "a" });

        file.Add(Run("checkpoint", 1, 0.6) with { Checkpoint = "b" });

        file.Runs.ShouldHaveSingleItem().Checkpoint.ShouldBe("b");
    }

    [Fact]
    public void Open_OtherDefinition_NamesWhatDiffers()
    {
        EvaluationReportFile.Open(_path, Definition()).Add(Run("raw", 1, 0.25));
        var other = Definition();
        other["probe"]!["iterations"] = 3;
        other["more"] = true;

        Should.Throw<StreamingContrastive.Host.Commands.UsageException>(() => EvaluationReportFile.Open(_path, other)).Message
            .ShouldContain("Different: probe:iterations (500 there, 3 here); more (absent there, true here).");
    }

    private static JsonObject Definition() => new()
    {
        ["steps"] = 10L,
        ["share"] = 1.0,
        ["decays"] = new JsonArray(5e-6, 1e-4),
        ["text"] = "a > b, 10 % of c's + \"d\" ±",
        ["probe"] = new JsonObject { ["iterations"] = 500, ["nothing"] = null },
    };

    private static EvaluationRun Run(string part, ulong seed, double knn20) => new()
    {
        Part = part,
        Seed = seed,
        Steps = 1,
        Epochs = 0.5,
        Figures = new Dictionary<string, double> { ["knn20"] = knn20 },
        Probes = new Dictionary<string, ProbeChoice> { ["linear"] = new(1e-4, 10) },
        Seconds = 0,
    };
}
