namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>
/// The moment that random kills rarely hit: a checkpoint is committed and the broker has not answered its outbox. Seen red without the
/// rule of N and N+1 (_lastAcknowledged taken out of CheckpointWriter.Advance): three checkpoints were in doubt. Seen red without InDoubt in
/// PipelineResources: trained records had no embedding.
/// </summary>
[Collection(ChaosCollection.Name)]
public sealed class OutboxTests
{
    // In the chaos suite since a run of it beside other load ended with an embedded broker that reset every connection for a minute after
    // SIGCONT (2026-11-29, once; ten other runs that day did not): the cause is not known, and it lies before the trainer begins.
    [Fact, Trait("Category", "Chaos")]
    public async Task Kill_WhileTheBrokerAnswersNothing_OneOutboxIsInDoubtAndTheNextTrainerSendsIt()
    {
        await using var pipeline = await ChaosPipeline.StartAsync(partitions: 3, seed: 2, "checkpointed");
        await pipeline.ProduceAsync(3 * 32 * ChaosPipeline.BatchSize);
        await using (var trainer = ChaosTrainer.Start(pipeline))
        {
            await trainer.UntilAsync(() => trainer.HasStepped, "the first step");
            await pipeline.SignalBrokerAsync("STOP");
            await trainer.UntilAsync(() => pipeline.InDoubt().Count > 0, "a checkpoint that the broker does not acknowledge");

            // The next one is written and has to wait; 2 s are far longer than its rename would take.
            await trainer.UntilAsync(() => pipeline.InDoubt().Count > 1 || pipeline.CheckpointWaits(), "another checkpoint being written");
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            pipeline.InDoubt().ShouldHaveSingleItem();
            await trainer.KillAsync();
        }

        await pipeline.SignalBrokerAsync("CONT");
        await using var next = ChaosTrainer.Start(pipeline);
        await next.FinishAsync();

        ChaosChecks.EveryOffsetIsTrainedOnce(pipeline);
        await ChaosChecks.OutputsAreCompleteAsync(pipeline, nothingIsTakenBack: true);
    }
}
