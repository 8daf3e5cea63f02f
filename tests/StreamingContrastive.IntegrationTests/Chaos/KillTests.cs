namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>
/// kill -9 of the trainer process at random moments, over a broker in a process of its own. The moments are random, so the printed
/// seed repeats the plan and not the run.
/// </summary>
[Collection(ChaosCollection.Name)]
public sealed class KillTests(ITestOutputHelper output)
{
    [Fact]
    public Task Kill_AFewTimes_OnePartition_NothingIsLostOrDoubledAndWeightsAreBitIdentical() => RunAsync("checkpointed", partitions: 1, kills: 3, seed: 1);

    /// <summary>Two encoders, two queues, clusters and the estimator's network come back together.</summary>
    [Fact]
    public Task Kill_Twice_RecordsOfTwoParts_NothingIsLostOrDoubledAndWeightsAreBitIdentical() =>
        RunAsync("checkpointed", partitions: 1, kills: 2, seed: 2, ChaosRecords.PicturesAndCaptions());

    [Theory, Trait("Category", "Chaos")]
    [InlineData("checkpointed")]
    [InlineData("immediate")]
    public Task Kill_ManyTimes_NothingIsLostOrDoubled(string delivery) => RunAsync(delivery, partitions: 12, ChaosCollection.Kills, ChaosCollection.Seed);

    [Fact, Trait("Category", "Chaos")]
    public Task Kill_ManyTimes_OnePartition_WeightsAndQueueAreBitIdentical() => RunAsync("checkpointed", partitions: 1, Math.Max(10, ChaosCollection.Kills / 5), ChaosCollection.Seed);

    private async Task RunAsync(string delivery, int partitions, int kills, int seed, ChaosRecords? records = null)
    {
        output.WriteLine($"seed {seed} (STREAMING_CONTRASTIVE_CHAOS_SEED), {kills} kills (STREAMING_CONTRASTIVE_CHAOS_KILLS), {delivery}, {partitions} partitions, {Environment.ProcessorCount} cores");
        await using var pipeline = await ChaosPipeline.StartAsync(partitions, seed, delivery, records: records);
        var run = new KillRun(pipeline, new Random(seed)) { Rate = partitions == 1 ? 200 : 500 };

        await run.ExecuteAsync(kills);

        output.WriteLine(ChaosChecks.Summary(pipeline, run));
        ChaosChecks.EveryOffsetIsTrainedOnce(pipeline);
        await ChaosChecks.OutputsAreCompleteAsync(pipeline, nothingIsTakenBack: delivery == "checkpointed");
        if (partitions == 1)
        {
            pipeline.NewestTensors().ShouldBe(await UninterruptedAsync(pipeline.Produced, seed, records));
        }
    }

    private static async Task<Dictionary<string, string>> UninterruptedAsync(long produced, int seed, ChaosRecords? records)
    {
        await using var pipeline = await ChaosPipeline.StartAsync(partitions: 1, seed, "checkpointed", records: records);
        await using var trainer = ChaosTrainer.Start(pipeline);
        await new ChaosFeed(pipeline).RunAsync(produced);
        await trainer.FinishAsync(produced);
        return pipeline.NewestTensors();
    }
}
