using StreamingContrastive.Learning.Checkpoints;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Clusters;
using StreamingContrastive.Learning.Objectives.Plans;
using StreamingContrastive.Learning.Objectives.Policies;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Tests.Learning.Training;

/// <summary>Every objective trains, leaves no tensor behind, and goes on bit-identically from a saved state.</summary>
[Collection(TorchTests.Name)]
public sealed class ObjectiveTrainingTests
{
    private static readonly PolicyOptions AllPolicies = new()
    {
        AgeLimit = new() { Steps = 3 },
        Refresh = new() { RowsPerStep = 5 },
        FalseNegatives = new() { Threshold = 0.5 },
        Ring = new() { Lower = 0, LowerEnd = 0.3, Upper = 0.95, AnnealSteps = 20 },
        Hardest = new() { Count = 9 },
        AgeDecay = new() { HalfLifeSteps = 4 },
        EqCo = new() { Target = 50 },
        MoChi = new() { Hardest = 6, Mixed = 3, MixedWithQuery = 2, StartStep = 2 },
    };

    private static readonly Dictionary<string, ObjectiveOptions> Objectives = new()
    {
        ["symmetric infoNce"] = new() { Plan = PlanKind.Symmetric },
        ["symmetric dclw, both"] = new() { Plan = PlanKind.Symmetric, Loss = LossKind.Dcl, Dcl = new() { WeightSigma = .5 }, Negatives = NegativeSource.Both },
        ["ntXent"] = new() { Plan = PlanKind.InBatch, Loss = LossKind.NtXent, Negatives = NegativeSource.Batch },
        ["in-batch supCon with queue"] = new() { Plan = PlanKind.InBatch, Loss = LossKind.SupCon, Negatives = NegativeSource.Both, Positives = new() { SameLabel = true } },
        ["two-view batch"] = new() { Negatives = NegativeSource.Batch, MaskSameInput = true },
        ["supCon by key, attraction"] = new() { Loss = LossKind.SupCon, Positives = new() { SameKey = new() }, Policies = new() { FalseNegatives = new() { Mode = FalseNegativeMode.Attract, Threshold = .5 } } },
        ["debiased, semi-hard"] = new() { Loss = LossKind.Debiased, Policies = new() { SemiHard = new() { Margin = 1 } } },
        ["hcl, every policy"] = new() { Loss = LossKind.Hcl, Hcl = new() { Hardness = .5 }, Policies = AllPolicies },
        ["clusters"] = new() { Policies = new() { Clusters = new() { Count = 5, StartCosine = 1, ReseedAfterSteps = 2, Drift = .01, Nearest = 3, MarginWeight = .1, HardNegativeLogWeight = 1 } } },
        ["soft clusters, symmetric, both"] = new() { Plan = PlanKind.Symmetric, Negatives = NegativeSource.Both, Policies = new() { Clusters = new() { Count = 3, StartCosine = 1, SameCluster = SameClusterMode.Weight, MarginWeight = .1 } } },
        ["in-batch clusters"] = new() { Plan = PlanKind.InBatch, Negatives = NegativeSource.Both, Policies = new() { Clusters = new() { Count = 3, StartCosine = 1 }, AdaptiveWeights = new() } },
        ["adaptive weights"] = new() { Policies = new() { AdaptiveWeights = new() { Nearest = 7, Hidden = 5, WindowSteps = 2, Hardness = .5 } } },
        ["in-batch refresh"] = new() { Plan = PlanKind.InBatch, Negatives = NegativeSource.Both, Policies = new() { Refresh = new() { RowsPerStep = 4 }, MoChi = new() { Hardest = 4, Mixed = 2, MixedWithQuery = 2, StartStep = 0 } } },
    };

    public static TheoryData<string> Names => [.. Objectives.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_Objective_TrainsAndLeavesNoTensorBehind(string name)
    {
        using var trainer = new ContrastiveTrainer(Configuration(name));
        trainer.Step(Batch(0), collectMetrics: true);
        var statistics = TorchSharp.DisposeScopeManager.Statistics.TensorStatistics;
        var before = statistics.ThreadTotalLiveCount;

        for (var step = 1; step < 12; step++)
        {
            var outcome = trainer.Step(Batch(step), collectMetrics: true);
            var metrics = outcome.Metrics!;
            outcome.IsApplied.ShouldBeTrue();
            statistics.ThreadTotalLiveCount.ShouldBe(before, $"after step {step}");
            foreach (var value in (double[])[metrics.Loss, metrics.Accuracy, metrics.HardestNegativeSimilarity, metrics.EffectiveNegatives, metrics.EffectiveNegativesKish, metrics.ClampedShare, metrics.PositivesPerRow, metrics.GradientNorm])
            {
                double.IsFinite(value).ShouldBeTrue($"step {step}: {metrics}");
            }

            metrics.EffectiveNegativesKish.ShouldBeLessThan(60);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Restore_Objective_GoesOnBitIdentically(string name)
    {
        var configuration = Configuration(name);
        using var whole = new ContrastiveTrainer(configuration);
        Run(whole, 0, 6);
        whole.Rewarm();
        Run(whole, 6, 8);
        using var resumed = new ContrastiveTrainer(configuration);
        resumed.Restore(whole.CopyState());

        Run(whole, 8, 14);
        Run(resumed, 8, 14);

        resumed.RewarmedAt.ShouldBe(6);
        ShouldEqual(resumed.CopyState(), whole.CopyState());
    }

    [Fact]
    public void Step_InBatchPlan_PublishesWhatTheQueryEncoderLearned()
    {
        using var trainer = new ContrastiveTrainer(Configuration("ntXent"));
        using var first = trainer.Networks.Key.FlatBuffers.clone();
        Run(trainer, 0, 60);

        // No training forward of its own: the key encoder's running statistics must have followed.
        using var scope = TorchSharp.torch.NewDisposeScope();
        var query = trainer.Networks.Query.FlatBuffers;
        (trainer.Networks.Key.FlatBuffers - query).norm().item<float>().ShouldBeLessThan(0.5f * (first - query).norm().item<float>());
        trainer.Networks.Key.BatchesTracked.ShouldBe(60);
        trainer.Queue.Filled.ShouldBe(0);
    }

    [Fact]
    public void Step_Refresh_KeepsEveryKeyYoung()
    {
        using var trainer = new ContrastiveTrainer(Configuration("in-batch refresh") with { Objective = new() { QueueCapacityRows = 20, Policies = new() { Refresh = new() { RowsPerStep = 14 } } } });
        StepMetrics metrics = null!;
        for (var step = 0; step < 12; step++)
        {
            metrics = trainer.Step(Batch(step), collectMetrics: true).Metrics!;
        }

        metrics.QueueAgeP95Steps.ShouldBe(1); // without it the oldest of 20 keys in batches of 6 are 4 steps old
        var oldest = trainer.Queue.Next; // the next row to be overwritten: enqueued long ago, encoded in the last step
        var again = new float[8];
        trainer.Embed(trainer.Queue.Pictures![oldest].data<byte>().ToArray(), 1, Snapshot.Key, EmbeddingKindOf.Projection, again);
        trainer.Queue.Keys[oldest].data<float>().ToArray().ShouldBe(again, 1e-5f);
    }

    [Fact]
    public void Step_SameKeyFiveTimes_CountsAsManyPositives()
    {
        using var trainer = new ContrastiveTrainer(Configuration("supCon by key, attraction") with { Objective = new() { Loss = LossKind.SupCon, Positives = new() { SameKey = new() { Window = TimeSpan.Zero } } } });
        StepMetrics metrics = null!;
        for (var step = 0; step < 5; step++)
        {
            var batch = Batch(step);
            for (var i = 0; i < batch.Count; i++)
            {
                batch.RecordIds[i] = i;
            }

            metrics = trainer.Step(batch, collectMetrics: true).Metrics!;
        }

        metrics.PositivesPerRow.ShouldBe(5, 1e-9); // the own view and four queued keys
        metrics.EffectiveNegatives.ShouldBe(20, 1e-9);
    }

    [Fact]
    public void Step_SameRecordsAgain_MetricsSayWhatTheMaskRemovedAndOfWhichClass()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration() with { Objective = new() { QueueCapacityRows = 20 } });
        StepMetrics metrics = null!;
        for (var step = 0; step < 3; step++)
        {
            var batch = Batch(0);
            for (var i = 0; i < batch.Count; i++)
            {
                (batch.RecordIds[i], batch.Labels[i]) = (i, i % 2);
            }

            metrics = trainer.Step(batch, collectMetrics: true).Metrics!;
        }

        metrics.RemovedNegatives.ShouldBe(2, 1e-9); // both earlier keys of the same record
        metrics.RemovedSameLabelShare.ShouldBe(1);
        metrics.OfferedSameLabelShare!.Value.ShouldBe(0.5, 1e-9);
    }

    /// <summary>The step's keys take the places of the oldest ones: red when the labels are read after that.</summary>
    [Fact]
    public void Step_RecordsThatChangeTheirClass_RemovedKeysAreOfTheClassThatTheyHad()
    {
        using var trainer = new ContrastiveTrainer(TorchTests.Configuration() with { Objective = new() { QueueCapacityRows = 20 } });
        StepMetrics metrics = null!;
        for (var step = 0; step < 5; step++)
        {
            var batch = Batch(0);
            for (var i = 0; i < batch.Count; i++)
            {
                (batch.RecordIds[i], batch.Labels[i]) = (i, step < 4 ? 0 : 1);
            }

            metrics = trainer.Step(batch, collectMetrics: true).Metrics!;
        }

        metrics.RemovedNegatives.ShouldBeGreaterThan(0);
        metrics.RemovedSameLabelShare.ShouldBe(0);
        metrics.OfferedSameLabelShare.ShouldBe(0);
    }

    [Fact]
    public void Step_WithoutCleanViews_TrainsTheSame()
    {
        using var one = new ContrastiveTrainer(TorchTests.Configuration());
        using var other = new ContrastiveTrainer(TorchTests.Configuration());

        one.Step(Batch(0), collectMetrics: false).Embeddings.Length.ShouldBeGreaterThan(0);
        other.Step(Batch(0), collectMetrics: false, embedClean: false).Embeddings.Length.ShouldBe(0);

        other.Networks.Key.Flat.eq(one.Networks.Key.Flat).all().item<bool>().ShouldBeTrue();
    }

    private static TrainerConfiguration Configuration(string name)
    {
        var configuration = TorchTests.Configuration();
        return configuration with
        {
            Objective = Objectives[name] with { QueueCapacityRows = 20, Temperature = 0.2 },
            Training = configuration.Training with { MomentumSchedule = MomentumScheduleKind.WarmRise, MomentumRiseSteps = 10, RewarmSteps = 3 },
        };
    }

    // Keys and labels come again, so that masks and positives find something.
    private static TrainingBatch Batch(int step)
    {
        var batch = TorchTests.Batch(step);
        for (var i = 0; i < batch.Count; i++)
        {
            batch.RecordIds[i] = ((step * 6) + i) % 17;
            batch.Labels[i] = i == 0 ? -1 : i % 3;
        }

        return batch;
    }

    private static void Run(ContrastiveTrainer trainer, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            trainer.Step(Batch(step), collectMetrics: false);
        }
    }

    private static void ShouldEqual(TrainerState actual, TrainerState expected)
    {
        actual.Files.Keys.Order().ShouldBe(expected.Files.Keys.Order());
        foreach (var (a, b) in expected.Files.SelectMany(f => actual.Files[f.Key].Zip<HostTensor, HostTensor>(f.Value)))
        {
            a.Data.AsSpan().SequenceEqual(b.Data).ShouldBeTrue(a.Name);
        }
    }
}
