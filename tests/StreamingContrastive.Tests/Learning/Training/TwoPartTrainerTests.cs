using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Plans;
using StreamingContrastive.Learning.Training;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Training;

[Collection(TorchTests.Name)]
public sealed class TwoPartTrainerTests
{
    public static TheoryData<string> Objectives => ["queue", "both", "within", "clip", "clip-both", "sigLip", "policies", "text", "text-clip", "text-policies", "three"];

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Step_SomePartsMissing_LeavesNoTensorBehind(string name)
    {
        var configuration = Configuration(name);
        using var trainer = new ContrastiveTrainer(configuration);
        trainer.Step(Batch(configuration, 0), collectMetrics: true);
        var statistics = TorchSharp.DisposeScopeManager.Statistics.TensorStatistics;
        var before = statistics.ThreadTotalLiveCount;

        for (var step = 1; step <= 8; step++)
        {
            trainer.Step(Batch(configuration, step), collectMetrics: step % 2 == 0);
            statistics.ThreadTotalLiveCount.ShouldBe(before, $"after step {step}");
        }

        trainer.FreezePublished();
        trainer.Restore(trainer.CopyState());
        trainer.FreezeKey(1).Dispose();
        statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Restore_SomePartsMissing_GoesOnBitIdentically(string name)
    {
        var configuration = Configuration(name);
        using var whole = new ContrastiveTrainer(configuration);
        Run(whole, configuration, 0, 6);
        var saved = whole.CopyState();
        using var resumed = new ContrastiveTrainer(configuration);
        resumed.Restore(saved);

        Run(whole, configuration, 6, 11);
        Run(resumed, configuration, 6, 11);

        var (expected, actual) = (whole.CopyState(), resumed.CopyState());
        actual.Files.Keys.Order().ShouldBe(expected.Files.Keys.Order());
        foreach (var (file, tensors) in expected.Files)
        {
            foreach (var (a, b) in actual.Files[file].Zip(tensors))
            {
                a.Data.AsSpan().SequenceEqual(b.Data).ShouldBeTrue($"{file} {a.Name}");
            }
        }

        Changed(saved, expected, $"query.{configuration.Layout.Parts[0].Name}").ShouldBeTrue();
        Changed(saved, expected, $"query.{configuration.Layout.Parts[1].Name}").ShouldBeTrue();
    }

    [Fact]
    public void Step_Pairs_LearnsToTellThem()
    {
        using var trainer = new ContrastiveTrainer(TwoParts.Configuration());
        var batch = TwoParts.Batch(TwoParts.Pictures, 3); // six pairs of noise, over and over

        var accuracies = Enumerable.Range(0, 60).Select(step =>
        {
            for (var i = 0; i < 6; i++)
            {
                batch.RecordIds[i] = i; // the mask of own keys leaves the five others
            }

            return trainer.Step(batch, collectMetrics: true).Metrics!.Accuracy;
        }).ToArray();

        accuracies[55..].Average().ShouldBeGreaterThan(0.95);
    }

    [Theory]
    [InlineData(LossKind.InfoNce)]
    [InlineData(LossKind.SigLip)]
    public void Step_LossIsNotFinite_LeavesNothingBehind(LossKind loss)
    {
        var configuration = TwoParts.Configuration(loss == LossKind.SigLip ? TwoParts.InBatch(loss) : null);
        using var trainer = new ContrastiveTrainer(configuration);
        Run(trainer, configuration, 0, 3);
        using (no_grad())
        {
            trainer.Parts[1].Networks.Query.Flat[0] = float.NaN;
        }

        var before = trainer.CopyState();
        var outcome = trainer.Step(Batch(configuration, 3), collectMetrics: true);

        outcome.IsApplied.ShouldBeFalse();
        outcome.Parts.ShouldBeNull();
        var after = trainer.CopyState();
        before.Files.Keys.ShouldAllBe(file => !Changed(before, after, file));
    }

    [Fact]
    public void CopyState_TwoParts_NamesFilesByPart()
    {
        using var trainer = new ContrastiveTrainer(TwoParts.Configuration(TwoParts.InBatch(LossKind.SigLip)));

        trainer.CopyState().Files.Keys.Order().ShouldBe(
            ["key.left", "key.right", "loss", "loss.optimizer", "optimizer.left", "optimizer.right", "query.left", "query.right", "queue.left", "queue.right"]);
        trainer.CopyState().Files["loss"].Select(t => (t.Name, BitConverter.ToSingle(t.Data))).ShouldBe([("log_scale", (float)Math.Log(10)), ("bias", -10f)]);
    }

    [Fact]
    public void Restore_StateOfOtherParts_IsRefused()
    {
        using var two = new ContrastiveTrainer(TwoParts.Configuration());
        using var one = new ContrastiveTrainer(TorchTests.Configuration());
        using var text = new ContrastiveTrainer(TwoParts.Configuration(rows: TwoParts.PictureAndText));
        var renamed = new RowLayout([RowPart.Picture("left", 8, 8, 1), RowPart.Picture("other", 8, 8, 1)]);
        using var other = new ContrastiveTrainer(TwoParts.Configuration(rows: renamed));

        Should.Throw<TrainerStateException>(() => two.Restore(one.CopyState())).Message.ShouldContain(one.SpaceId);
        Should.Throw<TrainerStateException>(() => two.Restore(text.CopyState())).Message.ShouldContain(text.SpaceId);
        Should.Throw<TrainerStateException>(() => two.Restore(other.CopyState())).Message.ShouldContain(other.SpaceId);
    }

    [Fact]
    public void SpaceId_OnePictureByLayout_IsThatOfThePlainConfiguration()
    {
        var plain = TorchTests.Configuration();
        using var expected = new ContrastiveTrainer(plain);
        using var bare = new ContrastiveTrainer(plain with { Rows = RowLayout.OnePicture(8, 8, 1, "anything") });

        bare.SpaceId.ShouldBe(expected.SpaceId);
        bare.CopyState().Files.Keys.Order().ShouldBe(["key", "optimizer", "query", "queue"]);
    }

    [Fact]
    public void Constructor_PartsThatDoNotFit_SaysWhatToChange()
    {
        var two = TwoParts.Configuration();
        var wide = two.Encoder with { ProjectionDimension = 16 };

        Refused(two with { Rows = null }).ShouldContain("a record is one part");
        Refused(two with { Objective = two.Objective with { Plan = PlanKind.TwoViews } }).ShouldContain("Set objective:plan to crossModal");
        Refused(two with { Encoders = [two.Encoder, wide] }).ShouldContain("8 (left), 16 (right)");
        Refused(two with { Encoders = [two.Encoder] }).ShouldContain("1 encoders do not fit 2 parts");
    }

    private static string Refused(TrainerConfiguration configuration) => Should.Throw<ArgumentException>(() => new ContrastiveTrainer(configuration)).Message;

    private static TrainerConfiguration Configuration(string name) => name switch
    {
        "queue" => TwoParts.Configuration(),
        "both" => TwoParts.Configuration(new ObjectiveOptions { Negatives = NegativeSource.Both }),
        "within" => TwoParts.Configuration(new ObjectiveOptions { CrossModal = new() { WithinWeight = 0.5 } }),
        "clip" => TwoParts.Configuration(TwoParts.InBatch(LossKind.Clip)),
        "clip-both" => TwoParts.Configuration(new ObjectiveOptions { Loss = LossKind.Clip, Negatives = NegativeSource.Both, CrossModal = new() { WithinWeight = 1 } }),
        "sigLip" => TwoParts.Configuration(TwoParts.InBatch(LossKind.SigLip)),
        "policies" => TwoParts.Configuration(new ObjectiveOptions
        {
            MaskSameInput = true,
            Policies = new()
            {
                AgeLimit = new() { Steps = 3 },
                Refresh = new() { RowsPerStep = 3 },
                FalseNegatives = new() { Threshold = 0.9 },
                Ring = new() { Lower = 0.1, Upper = 0.9 },
                SemiHard = new() { Margin = 2 },
                Hardest = new() { Count = 8 },
                AgeDecay = new(),
                EqCo = new(),
                MoChi = new() { Hardest = 6, Mixed = 3, MixedWithQuery = 2, StartStep = 2 },
            },
        }),
        "text" => TwoParts.Configuration(new ObjectiveOptions { CrossModal = new() { WithinWeight = 0.5 }, Policies = new() { Refresh = new() { RowsPerStep = 3 } } }, TwoParts.PictureAndText),
        "text-policies" => TwoParts.Configuration(
            new ObjectiveOptions { Loss = LossKind.Dcl, Dcl = new() { WeightSigma = 0.5 }, Policies = new() { FalseNegatives = new(), Ring = new(), Hardest = new() { Count = 4 }, EqCo = new(), MoChi = new() { Hardest = 4, Mixed = 2, MixedWithQuery = 2, StartStep = 0 } } },
            TwoParts.PictureAndText),
        "three" => TwoParts.Configuration(
            new ObjectiveOptions { CrossModal = new() { WithinWeight = 0.3 } },
            new RowLayout([RowPart.Picture("left", 8, 8, 1), RowPart.Picture("right", 8, 8, 1), RowPart.Text("text", 5)])),
        "text-clip" => TwoParts.Configuration(TwoParts.InBatch(LossKind.Clip), TwoParts.PictureAndText),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such case"),
    };

    // Every fourth record lacks the second part, every fifth the first.
    private static TrainingBatch Batch(TrainerConfiguration configuration, int step) =>
        TwoParts.Batch(configuration.Layout, step, (row, part) => ((step * 6) + row) % (part == 0 ? 5 : 4) != 0);

    private static void Run(ContrastiveTrainer trainer, TrainerConfiguration configuration, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            trainer.Step(Batch(configuration, step), collectMetrics: false).IsApplied.ShouldBeTrue();
        }
    }

    private static bool Changed(TrainerState a, TrainerState b, string file) => a.Files[file].Zip(b.Files[file]).Any(pair => !pair.First.Data.AsSpan().SequenceEqual(pair.Second.Data));
}
