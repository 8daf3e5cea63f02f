using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.IntegrationTests.Hosting;

public sealed class OriginTests
{
    // Seen red with RequireOriginAsync behind StartLineage: there are two epoch files, and the running trainer would be fenced.
    [Fact]
    public async Task StartAsync_AnotherCluster_IsRefusedBeforeAnEpochIsClaimed()
    {
        await using var harness = new PipelineHarness(partitions: 1);
        await harness.ProducePicturesAsync(0, 64);
        await harness.RunAsync(64);
        await using var other = new PipelineHarness(partitions: 1);
        await other.ProducePicturesAsync(0, 64);
        other.Options = other.Options with { Checkpoint = harness.Options.Checkpoint };

        var refusal = await Should.ThrowAsync<CheckpointOriginException>(() => other.StartAsync());

        refusal.Message.ShouldContain("it was made with the Kafka cluster 'mockCluster");
        refusal.Message.ShouldContain("'reset test --to earliest'");
        Directory.GetFiles(Path.Combine(harness.State.FullName, "epochs"), "*.claim").Length.ShouldBe(1);
    }

    [Fact]
    public async Task StartAsync_OffsetBeyondTheEnd_NamesIt()
    {
        await using var harness = new PipelineHarness(partitions: 1);
        await harness.ProducePicturesAsync(0, 64);
        await harness.RunAsync(64, clusterId: "same");
        await using var shorter = new PipelineHarness(partitions: 1);
        await shorter.ProducePicturesAsync(0, 40);
        shorter.Options = shorter.Options with { Checkpoint = harness.Options.Checkpoint };

        var refusal = await Should.ThrowAsync<CheckpointOriginException>(() => shorter.StartAsync(clusterId: "same"));

        refusal.Message.ShouldContain("it goes on at records[0] offset 64, and the topic ends at 40");
    }

    // Seen red without RequireStateAsync: the start claims its epoch, and only its trainer, seconds later, finds the state unfit.
    [Fact]
    public async Task StartAsync_AnotherEncoderThanTheCheckpoints_IsRefusedAndTheRunningTrainerGoesOn()
    {
        await using var harness = new PipelineHarness(partitions: 1);
        await harness.ProducePicturesAsync(0, 320);
        await using var run = await harness.StartAsync(stopAfter: 640);
        while (run.Progress.Current.Trained < 320)
        {
            await run.Progress.ChangedAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        }

        var running = harness.Options;
        harness.Options = running with { Encoder = running.Encoder with { Width = 8 } };
        var refusal = await Should.ThrowAsync<TrainerStateException>(() => harness.StartAsync());
        await harness.ProducePicturesAsync(320, 320);
        await run.Completion.WaitAsync(TimeSpan.FromMinutes(1));

        refusal.Message.ShouldContain("its encoder, picture shape or kind of embedding differs");
        run.Progress.Current.Trained.ShouldBe(640);
        Directory.GetFiles(Path.Combine(harness.State.FullName, "epochs"), "*.claim").Length.ShouldBe(1);
    }
}
