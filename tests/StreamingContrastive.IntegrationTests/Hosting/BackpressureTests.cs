using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Hosting;

/// <summary>Every buffer between the topic and a consumer of outputs that has stopped is bounded: counted in records, not in megabytes.</summary>
public sealed class BackpressureTests
{
    private const int Partitions = 3;
    private const int Records = 3200;
    private const int Window = 256;
    private const int Workers = 2;
    private const int ChannelEvents = 16;

    /// <summary>
    /// Outputs that nobody takes stop the trainer, the trainer's credits stop the flow, the flow stops the consumer. Let go, everything
    /// goes on and every count is exact. Held by HasRoom in TrainerTurns.Take: seen red with room for ever, in both modes. Seen red when the
    /// trainer looked between a commit and the news of it: the last outputs of a bounded run were left to the next start.
    /// </summary>
    [Theory]
    [InlineData(DeliveryMode.Checkpointed)]
    [InlineData(DeliveryMode.Immediate)]
    public async Task Run_OutputsAreTakenByNobody_EverythingStandsWithinItsBoundsAndGoesOn(DeliveryMode delivery)
    {
        await using var harness = new PipelineHarness(Partitions);
        harness.Options = harness.Options with
        {
            Input = harness.Options.Input with { MaxInFlightRecords = Window },
            Augmentation = harness.Options.Augmentation with { Workers = Workers },
            Output = harness.Options.Output with { Delivery = delivery },
        };
        await harness.ProduceAsync(Enumerable.Range(0, Records).Select(i => harness.Picture(i, partition: i % Partitions)));
        var gauge = new HeldOutputs.Gauge();
        await using var pipeline = await WiredPipeline.StartAsync(harness, Records, [], publisher => HeldOutputs.Props(publisher, gauge));
        var most = 0L;
        pipeline.Road.OnChunk = _ => most = Math.Max(most, pipeline.Road.Records - pipeline.Progress.Consumed);

        // In immediate delivery version 1 must be durable, which it is at once, and then four batches may wait for the broker; in
        // checkpointed delivery one interval waits in a checkpoint and two in the outbox of the next.
        // The consumer first: on a busy machine the trainer may only seem to stand, and what is read is bounded by what it has trained since.
        var read = await Still.OfAsync(() => pipeline.Source?.Statistics.ConsumedRecords ?? 0, "the consumer stands still");
        var trained = await Still.OfAsync(() => pipeline.Progress.Consumed, "the trainer stands still");

        var every = harness.Options.Checkpoint.EveryRecords;
        trained.ShouldBeLessThanOrEqualTo((delivery == DeliveryMode.Immediate ? 4 * PipelineHarness.BatchSize : (3 * every) + PipelineHarness.BatchSize) + PipelineHarness.BatchSize);
        gauge.Waiting.ShouldBeLessThan(trained + 100);
        most.ShouldBeLessThanOrEqualTo(Window + PipelineHarness.BatchSize); // Progress is shown after the credit that it frees.
        read.ShouldBeLessThanOrEqualTo(trained + Window + ((ChannelEvents + (2 * Partitions) + Workers + 3) * RecordChunk.MaxRecords));
        read.ShouldBeLessThan(Records);

        gauge.LetGo();
        await pipeline.Completion.WaitAsync(TimeSpan.FromSeconds(60));

        pipeline.Progress.Trained.ShouldBe(Records);
        most.ShouldBeLessThanOrEqualTo(Window + PipelineHarness.BatchSize);
        harness.ReadEmbeddings().Select(e => e.Source).Distinct().Count().ShouldBe(Records);
    }

    /// <summary>
    /// A window full of tombstones behind one pair holds no batch, and no watermark passes it: with credits that count only what waits, it
    /// would wait for ever (CreditWindowTests holds the rule).
    /// </summary>
    [Fact]
    public async Task Run_WindowFullOfTombstones_DoesNotRunDry()
    {
        await using var harness = new PipelineHarness(partitions: 1);
        harness.Options = harness.Options with { Input = harness.Options.Input with { MaxInFlightRecords = 64 } };
        const int records = 1000;
        await harness.ProduceAsync(Enumerable.Range(0, records).Select(i => i % 20 == 0 ? harness.Picture(i) : harness.Picture(i) with { Value = null }));

        var progress = await harness.RunAsync(records);

        (progress.Trained, progress.Tombstones).ShouldBe((50, 950));
    }
}
