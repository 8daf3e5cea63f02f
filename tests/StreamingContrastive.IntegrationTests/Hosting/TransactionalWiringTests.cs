using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Kafka.Clients;

namespace StreamingContrastive.IntegrationTests.Hosting;

/// <summary>
/// The calls of transactional delivery, from the options to the wire, on the embedded broker. It isolates and fences nothing, so these
/// tests say nothing about exactly once: Transactions/ does, on real brokers.
/// </summary>
public sealed class TransactionalWiringTests
{
    private const int Records = 300;

    [Fact]
    public async Task StartAsync_TransactionalOnTheEmbeddedBroker_IsRefusedWithTheReason()
    {
        await using var harness = Harness();

        var refusal = await Should.ThrowAsync<KafkaSettingException>(() => harness.StartAsync());

        refusal.Message.ShouldContain("output:delivery = transactional cannot be had from the embedded broker");
    }

    [Fact]
    public async Task Run_Transactional_StopsAndGoesOnWithItsAnnouncementsRead()
    {
        await using var harness = Harness();
        await harness.ProducePicturesAsync(0, Records);

        await using (var first = await StartAsync(harness, stopAfter: 100))
        {
            await first.Completion.WaitAsync(TimeSpan.FromMinutes(1));
        }

        // As after a crash between the commit and its note in the directory: only the topic knows.
        foreach (var marker in harness.State.GetDirectories("announced")[0].GetFiles())
        {
            marker.Delete();
        }

        await using (var second = await StartAsync(harness, stopAfter: Records))
        {
            await second.Completion.WaitAsync(TimeSpan.FromMinutes(1));
        }

        harness.ReadEmbeddings().Count.ShouldBe(Records);
        harness.Read("test.models").Select(m => ModelAnnouncementCodec.Decode(m.Value, m.Headers)).ShouldAllBe(a => a.Atomic);
    }

    private static PipelineHarness Harness()
    {
        var harness = new PipelineHarness();
        harness.Options = harness.Options with { Output = harness.Options.Output with { Delivery = DeliveryMode.Transactional } };
        return harness;
    }

    private static Task<PipelineRun> StartAsync(PipelineHarness harness, long stopAfter) => PipelineRun.StartAsync(
        harness.Options,
        new PipelineRunSettings
        {
            StopAfterRecords = stopAfter,
            EffectiveConfiguration = "{}"u8.ToArray(),
            Logging = NullLoggerFactory.Instance,
            AllowEmbeddedTransactions = true,
        },
        CancellationToken.None);
}
