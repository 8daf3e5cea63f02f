using StreamingContrastive.IntegrationTests.Transactions;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>
/// kill -9 of the trainer over brokers that are not ours, in every delivery mode: fencing, group coordination and transactions are theirs.
/// The mechanisms below it were seen red one by one over the embedded broker and the model (OutboxTests, the tests of Transactions, the
/// ledger's properties); this one was not seen red itself.
/// </summary>
[Collection(ChaosCollection.Name)]
public sealed class RealKillTests(ITestOutputHelper output, RealBroker cluster)
{
    [Theory, Trait("Category", "Chaos")]
    [InlineData("immediate")]
    [InlineData("checkpointed")]
    [InlineData("transactional")]
    public async Task Kill_ManyTimes_NothingIsLostOrDoubled(string delivery)
    {
        var (kills, seed) = (ChaosCollection.Kills, ChaosCollection.Seed);
        output.WriteLine($"seed {seed} (STREAMING_CONTRASTIVE_CHAOS_SEED), {kills} kills (STREAMING_CONTRASTIVE_CHAOS_KILLS), {delivery}, {Environment.ProcessorCount} cores");
        await using var pipeline = await ChaosPipeline.StartAsync(cluster, partitions: 12, seed, delivery);
        var run = new KillRun(pipeline, new Random(seed));

        await run.ExecuteAsync(kills);

        output.WriteLine(ChaosChecks.Summary(pipeline, run));
        ChaosChecks.EveryOffsetIsTrainedOnce(pipeline);
        await ChaosChecks.OutputsAreCompleteAsync(pipeline, nothingIsTakenBack: delivery != "immediate");
        if (delivery == "transactional")
        {
            // The reader is read_committed: what an unfinished transaction held must not be seen, and nothing is published twice.
            pipeline.Outputs.Embeddings.GroupBy(e => (e.Partition, e.Offset)).Where(g => g.Count() > 1).Select(g => $"{g.Key}: {g.Count()} times").ShouldBeEmpty();
        }
    }
}
