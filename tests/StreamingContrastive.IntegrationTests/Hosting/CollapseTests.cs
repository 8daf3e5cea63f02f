using System.Globalization;
using System.Text.RegularExpressions;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.IntegrationTests.Chaos;
using StreamingContrastive.Learning.Evaluation;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.IntegrationTests.Hosting;

/// <summary>
/// Representation collapse over Kafka (learning.md G5): a healthy encoder is spoilt, the guard sees it, stops publishing and goes back to
/// a checkpoint that a later measure found healthy. kNN-20 and kNN-200 of the backbone, 2,000 pictures against 2,000 held-out ones.
/// </summary>
[Trait("Category", "Slow")]
[Collection(ChaosCollection.Name)]
public sealed partial class CollapseTests(ITestOutputHelper output)
{
    private const int Batch = PipelineHarness.BatchSize;

    // A checkpoint every 10 steps, a measure at each: the one of step 100 is confirmed by the next.
    private const int HealthySteps = 103;
    private const int ConfirmedStep = 100;

    // One partition, so that a run can be repeated; the embedded broker keeps 5 MiB of it.
    private const int Records = 175 * Batch;

    // learning.md G5: detection within N batches. A window of 20, and as many again until the encoder has lost its shape.
    private const int WithinSteps = 50;

    private readonly FashionMnistDataset _pictures = FashionMnistDataset.Bundled();

    /// <summary>
    /// A rate a hundred times too high, which the guard divides by a hundred again: the pipeline mends itself and ends better than it
    /// was. Seen red with the newest checkpoint restored instead of the last healthy one, and with outputs that do not wait while a
    /// collapse is suspected.
    /// </summary>
    [Fact]
    public async Task Run_RateTimesHundred_StopsPublishingRestoresAndGoesOn()
    {
        await using var harness = Harness();
        await harness.ProducePicturesAsync(0, Records);
        await harness.RunAsync(HealthySteps * Batch);
        var healthy = Knn(harness, Newest(harness), "healthy");

        harness.Options = WithRate(harness.Options, 0.2);
        var trip = await EndAsync<GuardTrippedException>(harness);
        Knn(harness, NewestOf(harness, epoch: 2), "given up");
        var restored = Knn(harness, Newest(harness), "restored");

        // Of before the rate was changed: the confirmed one, or the last, where the first measure after it shows nothing yet.
        (Newest(harness).Epoch, Newest(harness).Step >= ConfirmedStep).ShouldBe((1, true));
        StepIn(trip).ShouldBeLessThanOrEqualTo(HealthySteps + WithinSteps);
        restored.Knn20.ShouldBeGreaterThanOrEqualTo(healthy.Knn20 - 0.01);
        restored.Knn200.ShouldBeGreaterThanOrEqualTo(healthy.Knn200 - 0.01);

        // Everything since the first sign waited, and was given up with its branch.
        var since = SinceIn(trip);
        Read(harness).Where(e => e.LineageEpoch == 2).ShouldAllBe(e => e.Step < since);

        var progress = await harness.RunAsync(Records);
        var after = Knn(harness, Newest(harness), "after going on");

        (progress.Trained, progress.LineageEpoch).ShouldBe((Records, 4)); // 3 is the guard's branch.
        after.Knn20.ShouldBeGreaterThanOrEqualTo(healthy.Knn20 - 0.01);
        after.Knn200.ShouldBeGreaterThanOrEqualTo(healthy.Knn200 - 0.01);

        // Whoever follows the announcements sees every record once, and nothing of the branch that was given up.
        var surviving = Read(harness, modelsTopic: "test.models");
        surviving.Select(e => e.Source).Distinct().Count().ShouldBe(Records);
        surviving.Count.ShouldBe(Records);
    }

    /// <summary>
    /// The same picture in every record: no rate helps, so the pipeline stops after its attempts and says where to look. The last healthy
    /// checkpoint is still there, and nothing since the first sign was published.
    /// </summary>
    [Fact]
    public async Task Run_InputTurnsConstant_StopsAfterItsAttemptsWithTheHealthyCheckpointAtHand()
    {
        await using var harness = Harness();
        harness.Options = harness.Options with { Guards = harness.Options.Guards with { RateFactor = 0.9 } };
        await harness.ProducePicturesAsync(0, HealthySteps * Batch);
        await harness.RunAsync(HealthySteps * Batch);
        var healthy = Knn(harness, Newest(harness), "healthy");
        var constant = _pictures.Stream.Picture(0).ToArray();
        await harness.ProduceAsync(Enumerable.Range(HealthySteps * Batch, 100 * Batch).Select(i => harness.Picture(i, value: constant)));

        var first = await EndAsync<GuardTrippedException>(harness);
        var last = await EndAsync<GuardExhaustedException>(harness);

        StepIn(first).ShouldBeLessThanOrEqualTo(HealthySteps + WithinSteps);
        last.Message.ShouldContain("Look at the input (a constant or broken source?)");
        var restored = Knn(harness, CheckpointStore.OpenReadOnly(harness.State.FullName, new PhysicalCheckpointFiles()).NewestHealthy()!.Value, "last healthy");
        restored.Knn20.ShouldBeGreaterThanOrEqualTo(healthy.Knn20 - 0.01);
        var since = SinceIn(first);
        Read(harness).Where(e => e.LineageEpoch == 2).ShouldAllBe(e => e.Step < since);
    }

    private static PipelineHarness Harness()
    {
        var harness = new PipelineHarness(partitions: 1);
        harness.Options = WithRate(harness.Options, 0.002) with
        {
            Augmentation = new AugmentationOptions { CropMinArea = 0.6, CropMaxArea = 1, FlipProbability = 0.5, JitterProbability = 1, Brightness = 0.6, Contrast = 0.6 },
            Encoder = new() { Width = 4, ProjectionDimension = 128 },
            Objective = new() { Temperature = 0.1, QueueCapacityRows = 512 },
            Checkpoint = harness.Options.Checkpoint with { EveryRecords = 10 * Batch },
            Output = harness.Options.Output with { MetricsEverySteps = 1 },
            Guards = new GuardOptions { CollapseWindows = 20, CollapseWarmupSteps = ConfirmedStep - 5, RateFactor = 0.01, MaxAttempts = 1 },
        };
        return harness;
    }

    private static PipelineOptions WithRate(PipelineOptions options, double rate) => options with { Training = options.Training with { LearningRate = rate } };

    private static async Task<TException> EndAsync<TException>(PipelineHarness harness)
        where TException : Exception
    {
        await using var run = await harness.StartAsync();
        return await Should.ThrowAsync<TException>(() => run.Completion.WaitAsync(TimeSpan.FromMinutes(3)));
    }

    private static List<PublishedEmbedding> Read(PipelineHarness harness, string? modelsTopic = null)
    {
        var options = new TopicReaderOptions
        {
            Topic = "test.embeddings",
            Consumer = new Dictionary<string, string> { ["bootstrap.servers"] = harness.Broker.BootstrapServers, ["fetch.wait.max.ms"] = "20" },
        };
        return [.. new EmbeddingReader(options, modelsTopic: modelsTopic).Read().Where(new RepeatFilter().Accept).Select(e => e.Message).Cast<PublishedEmbedding>()];
    }

    private static CheckpointName Newest(PipelineHarness harness) => CheckpointName.TryParse(DurableLineage.Newest(harness.Options)?.Checkpoint, out var name) ? name : throw new InvalidOperationException("There is no checkpoint.");

    private static CheckpointName NewestOf(PipelineHarness harness, long epoch) =>
        CheckpointStore.OpenReadOnly(harness.State.FullName, new PhysicalCheckpointFiles()).List().Last(c => c.Name.Epoch == epoch).Name;

    private (double Knn20, double Knn200) Knn(PipelineHarness harness, CheckpointName name, string what)
    {
        var files = new PhysicalCheckpointFiles();
        var manifest = CheckpointStore.OpenReadOnly(harness.State.FullName, files).Verify(name).Manifest!;
        using var trainer = new ContrastiveTrainer(TrainerConfigurations.Of(harness.Options));
        trainer.Restore(TrainerStateFiles.Read(new LoadedCheckpoint(manifest, Path.Combine(harness.State.FullName, "checkpoints", name.ToString()), isAnnounced: true, files)));
        var results = KnnClassifier.Evaluate([KnnSettings.Nearest20, KnnSettings.Nearest200], Features(trainer, _pictures.Stream, 2000), Features(trainer, _pictures.HeldOut, 2000));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}, checkpoint {name}: kNN-20 {results[0].Accuracy:0.000}, kNN-200 {results[1].Accuracy:0.000}"));
        return (results[0].Accuracy, results[1].Accuracy);
    }

    private static LabelledFeatures Features(ContrastiveTrainer trainer, LabelledPictures pictures, int count)
    {
        var features = new float[count * trainer.FeatureDimension];
        trainer.Embed(pictures.Pixels.Span[..(count * pictures.Shape.ByteCount)], count, Snapshot.Key, EmbeddingKindOf.Backbone, features);
        return new LabelledFeatures(features, pictures.Labels[..count].ToArray());
    }

    private long StepIn(Exception trip)
    {
        output.WriteLine(trip.Message);
        return Number(AtStep().Match(trip.Message));
    }

    private static long SinceIn(Exception trip) => Number(SinceStep().Match(trip.Message));

    private static long Number(Match match) => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\(step (\d+)\)")]
    private static partial Regex AtStep();

    [GeneratedRegex(@"^The representations have collapsed since step (\d+): ")]
    private static partial Regex SinceStep();
}
