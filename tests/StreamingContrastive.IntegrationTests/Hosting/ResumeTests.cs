namespace StreamingContrastive.IntegrationTests.Hosting;

public sealed class ResumeTests
{
    [Fact]
    public async Task Resume_OnePartitionFixedSeed_WeightsAndQueueAreBitIdenticalToAnUninterruptedRun()
    {
        const int records = 10 * PipelineHarness.BatchSize;
        var uninterrupted = await HashesAsync(records);

        var resumed = await HashesAsync(3 * PipelineHarness.BatchSize, 7 * PipelineHarness.BatchSize, records);

        resumed.ShouldBe(uninterrupted);
    }

    private static async Task<Dictionary<string, string>> HashesAsync(params long[] stops)
    {
        await using var harness = new PipelineHarness(partitions: 1);
        await harness.ProducePicturesAsync(0, (int)stops[^1]);
        foreach (var stop in stops[..^1])
        {
            await harness.RunAndStopAsync(stop);
        }

        await harness.RunAsync(stops[^1]);
        return harness.NewestStateHashes();
    }
}
