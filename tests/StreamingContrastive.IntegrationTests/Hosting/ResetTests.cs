using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Hosting;

namespace StreamingContrastive.IntegrationTests.Hosting;

public sealed class ResetTests
{
    private const int Records = 4 * PipelineHarness.BatchSize;

    [Fact]
    public async Task Apply_Offset_KeepsTheWeightsAndReadsFromThere()
    {
        await using var harness = await TrainedAsync(partitions: 1);
        var before = DurableLineage.Newest(harness.Options)!;

        var plan = await PlanAsync(harness, new ResetTarget.Offset(64));
        plan.Moves.ShouldBe([new PartitionMove(new("records", 0), Records, 64)]);
        (plan.RepeatedOffsets, plan.SkippedOffsets, plan.TrainerAtWork).ShouldBe((Records - 64, 0, false));
        var name = Reset(harness).Apply(plan, acceptRollback: false);

        var after = DurableLineage.Newest(harness.Options)!;
        after.Checkpoint.ShouldBe(name.ToString());
        after.Offsets.Single().Value.ShouldBe(64);
        after.Consumed.ShouldBe(before.Consumed);
        foreach (var file in new[] { "query.safetensors", "key.safetensors", "optimizer.safetensors", "queue.safetensors" })
        {
            Bytes(harness, name.ToString(), file).ShouldBe(Bytes(harness, before.Checkpoint, file), file);
        }

        var progress = await harness.RunAsync(Records + (Records - 64));
        (progress.TrainedThisRun, progress.LineageEpoch).ShouldBe((Records - 64, 3));
        var published = harness.ReadEmbeddings().Cast<PublishedEmbedding>().ToList();
        published.Count.ShouldBe(Records + (Records - 64));
        published.Select(e => e.Id).Distinct().Count().ShouldBe(published.Count); // What is read on purpose a second time is new.
    }

    [Theory]
    [InlineData("earliest", 0, Records)]
    [InlineData("2026-01-31T12:00:00Z", Records, 0)] // The embedded broker knows no times and answers with its end.
    public async Task Apply_EarliestOrTime_IsAskedOfTheBroker(string target, long next, long repeated)
    {
        await using var harness = await TrainedAsync(partitions: 1);

        var plan = await PlanAsync(harness, ResetTarget.Parse(target)!);
        Reset(harness).Apply(plan, acceptRollback: false);

        plan.RepeatedOffsets.ShouldBe(repeated);
        DurableLineage.Newest(harness.Options)!.Offsets.Single().Value.ShouldBe(next);
    }

    [Fact]
    public async Task Apply_OnePartition_LeavesTheOthers()
    {
        await using var harness = await TrainedAsync(partitions: 3);
        var before = DurableLineage.Newest(harness.Options)!.Offsets;

        var plan = await Reset(harness).PlanAsync(new ResetTarget.Offset(1), 2, CancellationToken.None);
        Reset(harness).Apply(plan, acceptRollback: false);

        var after = DurableLineage.Newest(harness.Options)!.Offsets;
        after[new("records", 2)].ShouldBe(1);
        after[new("records", 0)].ShouldBe(before[new("records", 0)]);
        after[new("records", 1)].ShouldBe(before[new("records", 1)]);
    }

    [Fact]
    public async Task Apply_CheckpointBehindPublishedOutputs_NeedsToBeAccepted()
    {
        await using var harness = await TrainedAsync(partitions: 1);
        var first = new CheckpointName(1, 0); // The untrained encoder.
        var plan = await PlanAsync(harness, new ResetTarget.Checkpoint(first));

        Should.Throw<CheckpointRollbackException>(() => Reset(harness).Apply(plan, acceptRollback: false)).Message.ShouldContain("--accept-rollback");
        Directory.GetFiles(Path.Combine(harness.State.FullName, "epochs"), "*.claim").Length.ShouldBe(1); // A mistake fences nobody.
        Reset(harness).Apply(plan, acceptRollback: true).ShouldBe(first);

        var progress = await harness.RunAsync(Records);
        (progress.Trained, progress.TrainedThisRun).ShouldBe((Records, Records));
    }

    [Fact]
    public async Task Apply_ATrainerStillRuns_IsStoppedByTheNewEpoch()
    {
        await using var harness = new PipelineHarness(partitions: 1);
        await harness.ProducePicturesAsync(0, 64);
        await using var run = await harness.StartAsync();
        while (run.Progress.Current.Trained < 64)
        {
            await run.Progress.ChangedAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        }

        Reset(harness).Apply(await PlanAsync(harness, new ResetTarget.Earliest()), acceptRollback: false);

        // Its last checkpoint is due now, and there is a newer epoch.
        await Should.ThrowAsync<LineageFencedException>(() => run.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task PlanAsync_AnotherCluster_MovesEverythingAndTheNextStartGoesOnThere()
    {
        await using var harness = await TrainedAsync(partitions: 1);
        await using var other = new PipelineHarness(partitions: 2);
        await other.ProducePicturesAsync(0, 64);
        other.Options = other.Options with { Checkpoint = harness.Options.Checkpoint };

        var plan = await PlanAsync(other, new ResetTarget.Earliest());
        plan.Moves.ShouldBe([new PartitionMove(new("records", 0), null, 0), new PartitionMove(new("records", 1), null, 0)]);
        Reset(other).Apply(plan, acceptRollback: false);

        var progress = await other.RunAsync(Records + 64);
        progress.TrainedThisRun.ShouldBe(64);
    }

    private static async Task<PipelineHarness> TrainedAsync(int partitions)
    {
        var harness = new PipelineHarness(partitions);
        await harness.ProducePicturesAsync(0, Records);
        await harness.RunAsync(Records);
        return harness;
    }

    private static PipelineReset Reset(PipelineHarness harness) => PipelineReset.Open(harness.Options, NullLogger.Instance, TimeProvider.System);

    private static Task<ResetPlan> PlanAsync(PipelineHarness harness, ResetTarget target) => Reset(harness).PlanAsync(target, null, CancellationToken.None);

    private static byte[] Bytes(PipelineHarness harness, string checkpoint, string file) =>
        File.ReadAllBytes(Path.Combine(harness.State.FullName, "checkpoints", checkpoint, file));
}
