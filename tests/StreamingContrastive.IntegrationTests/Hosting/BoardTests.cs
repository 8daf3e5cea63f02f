using System.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.IntegrationTests.Hosting;

/// <summary>What a whole pipeline leaves for people to look at.</summary>
public sealed class BoardTests
{
    private const int Records = 1500;

    /// <summary>Seen to fail with the key encoder as it is now in place of the published snapshot.</summary>
    [Fact]
    public async Task Sample_EveryVersion_HoldsTheVectorsThatArePublished()
    {
        await using var harness = new PipelineHarness(partitions: 1);
        await harness.ProduceAsync(Enumerable.Range(0, Records).Select(i => harness.Picture(i % 100))); // Each comes again under every version.

        var board = await RunAsync(harness, sampleRecords: 60);

        var published = harness.ReadEmbeddings().Cast<PublishedEmbedding>().ToLookup(e => (e.ModelVersion, Encoding.UTF8.GetString(e.Key!)));
        board.Sample.Versions.Length.ShouldBeInRange(2, SampleBoard.MostVersions);
        var compared = 0;
        foreach (var version in board.Sample.Versions)
        {
            version.Records.Length.ShouldBe(60);
            for (var i = 0; i < version.Records.Length; i++)
            {
                foreach (var embedding in published[(version.ModelVersion, Encoding.UTF8.GetString(version.Records[i].Key!))])
                {
                    version.Vector(i).ToArray().ShouldBe(embedding.Vector.ToArray(), 1e-5);
                    compared++;
                }
            }
        }

        compared.ShouldBeGreaterThan(2 * 60);
    }

    [Fact]
    public async Task Board_AfterARun_KnowsWhereTimeWentWhatWasDurableAndWhatWasRefused()
    {
        await using var harness = new PipelineHarness(partitions: 1);
        await harness.ProducePicturesAsync(0, 400);
        await harness.ProduceAsync([harness.Picture(400, value: [])]);

        using var metrics = new PipelineMetrics();
        var board = await RunAsync(harness, sampleRecords: 60, stopAfter: 401, metrics);

        foreach (var stage in (PipelineStage[])[PipelineStage.Process, PipelineStage.CheckpointCopy, PipelineStage.Sample, PipelineStage.Augment, PipelineStage.Letters])
        {
            metrics.Stages.Of(stage).ShouldBeGreaterThan(TimeSpan.Zero, stage.ToString());
        }

        metrics.Stages.AugmentationWorkers.ShouldBe(Environment.ProcessorCount);
        board.Letters.Current.Counts.ShouldBe([new LetterCount("decode", "EmptyValue", 1)]);
        board.Letters.Current.Newest.ShouldHaveSingleItem().Position.ShouldBe("records[0] offset 400");
        var checkpoint = board.Current.LastCheckpoint.ShouldNotBeNull();
        checkpoint.Name.ShouldBe(board.Current.Checkpoint);
        checkpoint.Bytes.ShouldBeGreaterThan(0);
        checkpoint.DurableAfter.ShouldBeGreaterThan(checkpoint.CopyTime);
        board.Current.LastPublishedTimestamp.ShouldBeGreaterThan(board.Current.FirstStepTimestamp);
        board.Current.Pending.ShouldBe(0);
    }

    [Fact]
    public async Task Sample_NobodyLooks_CostsNothing()
    {
        await using var harness = new PipelineHarness(partitions: 1);
        await harness.ProducePicturesAsync(0, 200);

        using var metrics = new PipelineMetrics();
        var board = await RunAsync(harness, sampleRecords: 0, stopAfter: 200, metrics);

        board.Sample.Versions.ShouldBeEmpty();
        metrics.Stages.Of(PipelineStage.Sample).ShouldBe(TimeSpan.Zero);
    }

    private static async Task<ProgressBoard> RunAsync(PipelineHarness harness, int sampleRecords, long stopAfter = Records, PipelineMetrics? metrics = null)
    {
        await using var run = await PipelineRun.StartAsync(harness.Options, harness.Settings(stopAfter) with { SampleRecords = sampleRecords, Metrics = metrics }, TestContext.Current.CancellationToken);
        await run.Completion.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        return run.Progress;
    }
}
