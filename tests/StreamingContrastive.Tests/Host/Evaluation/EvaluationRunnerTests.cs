using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Host.Evaluation;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Training;
using StreamingContrastive.Tests.Learning;
using StreamingContrastive.Tests.Pipeline.Checkpoints;

namespace StreamingContrastive.Tests.Host.Evaluation;

[Collection(TorchTests.Name)]
public sealed class EvaluationRunnerTests
{
    private static readonly EvaluationPart[] Encoders = [EvaluationPart.Untrained, EvaluationPart.Streamed, EvaluationPart.Offline, EvaluationPart.Supervised];

    [Fact]
    public async Task Run_AllRowsTwoSeeds_WritesEveryFigureAndItsDeviation()
    {
        using var fixture = new EvaluationFixture();

        (await fixture.RunAsync(fixture.Request([EvaluationPart.Raw, .. Encoders]) with { Seeds = [1, 2] })).ShouldBe(ExitCodes.Ok);

        var report = Read(fixture);
        var rows = report["table"]!.AsArray();
        rows.Select(r => (string)r!["part"]!).ShouldBe(["raw", "untrained", "streamed", "offline", "supervised"]);
        foreach (var row in rows)
        {
            row!["seeds"]!.AsArray().Select(s => (int)s!).ShouldBe([1, 2]);
            foreach (var figure in (string[])["knn20", "knn200", "knn10", "linear", "linear10Percent", "linear1Percent"])
            {
                ((double)row["figures"]![figure]!["mean"]!).ShouldBeInRange(0.05, 0.95, $"{row["part"]} {figure}");
                row["figures"]![figure]!["deviation"].ShouldNotBeNull();
            }
        }

        var runs = report["runs"]!.AsArray();
        runs.Where(r => (string)r!["part"]! != "raw").Select(r => (string)r!["encoderSha256"]!).Distinct().Count().ShouldBe(8);
        runs.ShouldAllBe(r => (string)r!["part"]! == "raw" || (string)r["part"]! == "untrained" || (long)r["steps"]! == 10);
        ((double)runs.First(r => (string)r!["part"]! == "offline")!["epochs"]!).ShouldBe(10 * 16 / 200.0);
        ((double)rows[^1]!["figures"]!["classifier"]!["mean"]!).ShouldBeInRange(0, 1);
        ((int)runs[0]!["probes"]!["linear"]!["trainRows"]!).ShouldBe(200);
        ((int)runs[0]!["probes"]!["linear10Percent"]!["trainRows"]!).ShouldBeInRange(16, 24);
        fixture.Out.ToString().ShouldContain("raw pixels (2 seeds): kNN-20 0.");
        fixture.Out.ToString().ShouldNotContain("raw pixels (2 seeds): classifier");
    }

    // Ten steps are too few: the running statistics that the classifier is asked with still hold a third of their first values.
    [Fact]
    public async Task Run_Supervised_ItsClassifierKnowsMoreThanChance()
    {
        using var fixture = new EvaluationFixture();

        (await fixture.RunAsync(fixture.Request(EvaluationPart.Supervised) with { Steps = 80 })).ShouldBe(ExitCodes.Ok);

        ((double)Read(fixture)["table"]![0]!["figures"]!["classifier"]!["mean"]!).ShouldBeGreaterThan(0.25); // 0.1 is chance
    }

    // Seen to fail when finished rows of the report are not taken over: the second run begins with the first row again.
    [Fact]
    public async Task Run_StoppedInTheMiddle_GoesOnAndEndsAsIfItHadNotBeen()
    {
        using var whole = new EvaluationFixture();
        using var stopped = new EvaluationFixture();
        (await whole.RunAsync(whole.Request(Encoders))).ShouldBe(ExitCodes.Ok);

        using var stop = new CancellationTokenSource();
        (await stopped.RunAsync(stopped.Request(Encoders), new StoppingWriter("offline, seed 1: step 4 of 10", stop), stop.Token)).ShouldBe(ExitCodes.Failed);
        stopped.Error.ToString().ShouldContain("2 finished rows stand in");
        Read(stopped)["runs"]!.AsArray().Count.ShouldBe(2);
        (await stopped.RunAsync(stopped.Request(Encoders))).ShouldBe(ExitCodes.Ok);

        stopped.Out.ToString().ShouldContain("streamed, seed 1: finished before");
        stopped.Out.ToString().ShouldNotContain("offline, seed 1: finished before");
        File.ReadAllText(stopped.Report).ShouldBe(File.ReadAllText(whole.Report));
        File.Exists(stopped.Report + ".new").ShouldBeFalse();
    }

    // Seen to fail when the bank is taken from the queries: the probe on it sees other rows and chooses otherwise.
    [Fact]
    public async Task Run_OtherTestPictures_TrainAndProbeTheSame()
    {
        using var one = new EvaluationFixture();
        using var other = new EvaluationFixture(firstTestPicture: 500);

        foreach (var fixture in (EvaluationFixture[])[one, other])
        {
            (await fixture.RunAsync(fixture.Request(Encoders))).ShouldBe(ExitCodes.Ok);
        }

        var (first, second) = (Read(one)["runs"]!.AsArray(), Read(other)["runs"]!.AsArray());
        first.Select(r => (string?)r!["encoderSha256"]).ShouldBe(second.Select(r => (string?)r!["encoderSha256"]));
        first.Select(r => r!["probes"]!.ToJsonString()).ShouldBe(second.Select(r => r!["probes"]!.ToJsonString()));
        first.Select(r => r!["figures"]!.ToJsonString()).ShouldNotBe(second.Select(r => r!["figures"]!.ToJsonString()));
    }

    [Fact]
    public async Task Run_SplitTrain_LooksAtNoTestPicture()
    {
        using var one = new EvaluationFixture();
        using var other = new EvaluationFixture(firstTestPicture: 500);

        foreach (var fixture in (EvaluationFixture[])[one, other])
        {
            (await fixture.RunAsync(fixture.Request(EvaluationPart.Untrained, EvaluationPart.Supervised) with { Split = EvaluationSplit.Train })).ShouldBe(ExitCodes.Ok);
        }

        File.ReadAllText(one.Report).ShouldBe(File.ReadAllText(other.Report));
        ((string)Read(one)["definition"]!["queries"]!).ShouldStartWith("40 pictures: last 40 of");
        ((string)Read(one)["definition"]!["train"]!).ShouldStartWith("160 pictures: first 160 of");
    }

    [Fact]
    public async Task Run_ReportOfAnotherRecipe_IsRefusedByWhatDiffers()
    {
        using var fixture = new EvaluationFixture();
        (await fixture.RunAsync(fixture.Request(EvaluationPart.Untrained))).ShouldBe(ExitCodes.Ok);
        var before = File.ReadAllText(fixture.Report);
        var request = fixture.Request(EvaluationPart.Untrained);

        var refused = await Should.ThrowAsync<UsageException>(() => fixture.RunAsync(request with { Steps = 11, Options = request.Options with { Objective = request.Options.Objective with { Temperature = 0.2 } } }));

        refused.Message.ShouldContain("stepsOfTrainedRows (10 there, 11 here)");
        refused.Message.ShouldContain("recipe:objective:temperature (0.1 there, 0.2 here)");
        File.ReadAllText(fixture.Report).ShouldBe(before);
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public async Task Run_ReportIsSomethingElse_IsRefusedAndKept(string content)
    {
        using var fixture = new EvaluationFixture();
        await File.WriteAllTextAsync(fixture.Report, content, TestContext.Current.CancellationToken);

        (await Should.ThrowAsync<UsageException>(() => fixture.RunAsync(fixture.Request(EvaluationPart.Untrained)))).Message.ShouldContain("is no report of evaluate");

        File.ReadAllText(fixture.Report).ShouldBe(content);
    }

    [Fact]
    public async Task Run_LabelShare_SupervisedSeesThatShareOnly()
    {
        using var fixture = new EvaluationFixture();

        (await fixture.RunAsync(fixture.Request(EvaluationPart.Supervised) with { LabelShare = 0.1 })).ShouldBe(ExitCodes.Ok);

        ((double)Read(fixture)["runs"]![0]!["epochs"]!).ShouldBeInRange(10 * 16 / 24.0, 10 * 16 / 16.0);
    }

    [Fact]
    public async Task Run_FewPicturesAndRepeats_OnePassOfThem_AndTheFigureSaysWhatThePolicyRemoved()
    {
        using var fixture = new EvaluationFixture();
        var request = fixture.Request(EvaluationPart.Streamed) with { Steps = null, Pictures = 160, RepeatShare = 0.5 };
        var options = request.Options;
        var eliminating = options with { Training = options.Training with { BatchSize = 8 }, Objective = options.Objective with { Policies = options.Objective.Policies with { FalseNegatives = new() { Threshold = 0.5 } } } };

        (await fixture.RunAsync(request with { Options = eliminating })).ShouldBe(ExitCodes.Ok);

        var run = Read(fixture)["runs"]![0]!;
        ((long)run["steps"]!).ShouldBe((160 + 80) / 8);
        ((int)run["probes"]!["linear"]!["trainRows"]!).ShouldBe(200); // the judges keep theirs
        ((double)run["figures"]!["removedNegatives"]!).ShouldBeGreaterThan(0);
        ((double)run["figures"]!["removedSameLabel"]!).ShouldBeInRange(0, 1);
        ((double)run["figures"]!["offeredSameLabel"]!).ShouldBeInRange(0.05, 0.2); // ten classes
        fixture.Out.ToString().ShouldContain("removed an anchor");
    }

    [Fact]
    public async Task Run_Checkpoint_IsJudgedAsItWasSaved()
    {
        using var fixture = new EvaluationFixture();
        var sets = EvaluationSets.Of(FashionMnistDataset.FromDirectory(fixture.Data), EvaluationSplit.Test, bankRows: null);
        var plan = new EvaluationPlan(fixture.Options, sets, Steps: 1, LabelShare: 1);
        var (name, hash) = Save(plan);

        (await fixture.RunAsync(fixture.Request(EvaluationPart.Checkpoint) with { Seeds = [1, 2] })).ShouldBe(ExitCodes.Ok);

        var runs = Read(fixture)["runs"]!.AsArray();
        runs.Select(r => (string)r!["encoderSha256"]!).ShouldBe([hash, hash]);
        runs.Select(r => (string)r!["checkpoint"]!).ShouldBe([name, name]);
        runs.Select(r => (long)r!["steps"]!).ShouldBe([3, 3]);
        runs.Select(r => (double)r!["figures"]!["linear"]!).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Run_CheckpointOfNoRun_SaysWhereItLooked()
    {
        using var fixture = new EvaluationFixture();

        (await Should.ThrowAsync<UsageException>(() => fixture.RunAsync(fixture.Request(EvaluationPart.Checkpoint)))).Message.ShouldContain(Path.Combine(fixture.Data, "state"));
    }

    [Fact]
    public async Task Run_PicturesOfAnotherShape_AreRefused()
    {
        using var fixture = new EvaluationFixture();
        var request = fixture.Request(EvaluationPart.Untrained);
        request = request with { Options = request.Options with { Input = request.Options.Input with { Payload = request.Options.Input.Payload with { Height = 32, Width = 32 } } } };

        (await Should.ThrowAsync<UsageException>(() => fixture.RunAsync(request))).Message.ShouldContain("input:payload is 32x32x1");
    }

    [Fact]
    public void Unchanged_JudgeThatMovesTheEncoder_IsCaught()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration());
        using var encoder = trainer.FreezeKey();

        FrozenEvaluation.Unchanged(encoder, () => 5).ShouldBe(5);
        var caught = Should.Throw<InvalidOperationException>(() => FrozenEvaluation.Unchanged(encoder, () =>
        {
            using var noGradients = TorchSharp.torch.no_grad();
            encoder.Network.State.FlatBuffers.add_(0.01);
            return 0;
        }));

        caught.Message.ShouldContain("changed while it was evaluated");
    }

    /// <summary>Trains three steps and leaves them as the pipeline's checkpoint.</summary>
    private static (string Name, string Hash) Save(EvaluationPlan plan)
    {
        using var trainer = new ContrastiveTrainer(plan.Trainer(seed: 7));
        var source = new BatchSource(plan.Options, plan.Sets.Train, new StreamOrder(plan.Sets.Train.Count), labelled: null, seed: 7);
        for (var step = 0; step < 3; step++)
        {
            trainer.Step(source.Next(), collectMetrics: false);
        }

        var store = CheckpointStore.Open(plan.Options.Checkpoint.Directory!, new PhysicalCheckpointFiles(), new FakeTimeProvider());
        var epoch = store.Start().Epoch;
        var name = new CheckpointName(epoch.Epoch, trainer.CompletedSteps);
        var content = CheckpointScenario.Content(trainer.CompletedSteps) with { SpaceId = trainer.SpaceId, Files = TrainerStateFiles.Write(trainer.CopyState()) };
        store.Commit(store.Prepare(content, new(name, null, epoch.Parent)));
        using var frozen = trainer.FreezeKey();
        return (name.ToString(), frozen.ContentHash());
    }

    private static JsonNode Read(EvaluationFixture fixture) => JsonNode.Parse(File.ReadAllText(fixture.Report))!;
}
