using Confluent.Kafka;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>
/// Faults of brokers and connections under a running pipeline: it goes on by itself, and every offset is trained and embedded once.
/// The wait was seen red with records that no step takes: "1120 of 1128 records were trained within 00:01:00".
/// </summary>
[Collection(ChaosCollection.Name)]
public sealed class BrokerFaultTests(ITestOutputHelper output)
{
    private const int Transport = (int)ErrorCode.Local_Transport;
    private static readonly Dictionary<string, (short Api, int[] Codes)> Requests = new()
    {
        ["Produce"] = (0, [(int)ErrorCode.NotLeaderForPartition, (int)ErrorCode.RequestTimedOut, (int)ErrorCode.NotEnoughReplicas, (int)ErrorCode.NotEnoughReplicasAfterAppend, (int)ErrorCode.KafkaStorageError, Transport]),
        ["Fetch"] = (1, [(int)ErrorCode.NotLeaderForPartition, (int)ErrorCode.UnknownTopicOrPart, (int)ErrorCode.OffsetOutOfRange, (int)ErrorCode.FencedLeaderEpoch, (int)ErrorCode.KafkaStorageError, Transport]),
        ["Metadata"] = (3, [(int)ErrorCode.LeaderNotAvailable, Transport]),
        ["OffsetCommit"] = (8, [(int)ErrorCode.GroupLoadInProgress, (int)ErrorCode.NotCoordinatorForGroup, (int)ErrorCode.RebalanceInProgress, (int)ErrorCode.IllegalGeneration, (int)ErrorCode.UnknownMemberId, Transport]),
        ["Heartbeat"] = (12, [(int)ErrorCode.GroupCoordinatorNotAvailable, (int)ErrorCode.NotCoordinatorForGroup, (int)ErrorCode.RebalanceInProgress, (int)ErrorCode.IllegalGeneration, (int)ErrorCode.UnknownMemberId, Transport]),
    };

    [Theory]
    [InlineData("Produce")]
    [InlineData("Fetch")]
    public Task Requests_FiveErrorsInARowOfEachKind_GoesOn(string request) => FiveErrorsAsync(request);

    [Theory, Trait("Category", "Chaos")]
    [InlineData("Metadata")]
    [InlineData("OffsetCommit")]
    [InlineData("Heartbeat")]
    public Task GroupRequests_FiveErrorsInARowOfEachKind_GoesOn(string request) => FiveErrorsAsync(request);

    [Fact, Trait("Category", "Chaos")]
    public async Task Joining_FiveErrorsInARowOfEachKind_GoesOn()
    {
        await using var run = await FaultyRun.StartAsync();
        foreach (var (api, code) in new[] { (10, ErrorCode.GroupCoordinatorNotAvailable), (11, ErrorCode.GroupCoordinatorNotAvailable), (11, ErrorCode.UnknownMemberId), (14, ErrorCode.RebalanceInProgress), (14, ErrorCode.UnknownMemberId) })
        {
            // The member has to lose its coordinator, or its membership, for these requests to be made.
            run.Harness.Broker.PushRequestErrors(12, (int)(api == 10 ? ErrorCode.NotCoordinatorForGroup : ErrorCode.UnknownMemberId));
            await run.GoesOnAfterErrorsAsync((short)api, code, output);
        }

        await run.StopAndCheckAsync();
    }

    [Fact]
    public Task Broker_DownForThreeSecondsAndUp_GoesOn() => DownAsync(TimeSpan.FromSeconds(3), DeliveryMode.Checkpointed);

    [Theory, Trait("Category", "Chaos")]
    [InlineData(DeliveryMode.Checkpointed)]
    [InlineData(DeliveryMode.Immediate)]
    public Task Broker_DownForTwentySecondsAndUp_GoesOn(DeliveryMode delivery) => DownAsync(TimeSpan.FromSeconds(20), delivery);

    [Fact]
    public async Task RoundTrips_OfThreeHundredMilliseconds_GoesOn()
    {
        await using var run = await FaultyRun.StartAsync();
        run.Harness.Broker.SetRoundTripTime(TimeSpan.FromMilliseconds(300));

        for (var i = 0; i < 4; i++)
        {
            await run.GoesOnAsync("round trips of 300 ms");
        }

        run.Harness.Broker.SetRoundTripTime(TimeSpan.Zero);
        await run.StopAndCheckAsync();
    }

    [Fact]
    public Task Connections_HalfOpenResetAndCutInTheMiddleOfAFrame_GoesOn() => CutAsync(DeliveryMode.Checkpointed, times: 3);

    [Theory, Trait("Category", "Chaos")]
    [InlineData(DeliveryMode.Checkpointed)]
    [InlineData(DeliveryMode.Immediate)]
    public Task Connections_CutManyTimes_GoesOn(DeliveryMode delivery) => CutAsync(delivery, times: 30);

    private async Task CutAsync(DeliveryMode delivery, int times)
    {
        const int seed = 5;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var run = await FaultyRun.StartAsync(delivery, forwarded: true);
        var forwarder = run.Harness.Broker.Forwarders[0];
        for (var i = 0; i < times; i++)
        {
            var producing = run.ProduceAsync();
            forwarder.ResetConnections();
            await producing;
            await run.GoesOnAsync("a reset");
            forwarder.Faults.CutAnswersAfter(random.Next(2000));
            await run.GoesOnAsync("a truncated frame");
        }

        // Half-open: nothing moves and nothing is closed, then all connections turn out to be dead.
        forwarder.Faults.Stall();
        var waiting = run.ProduceAsync();
        await Source.Eventually.BecomesTrueAsync(() => forwarder.Faults.HeldBack > 2, "requests being held back");
        forwarder.ResetConnections();
        forwarder.Faults.Resume();
        await waiting;
        await run.GoesOnAsync("a half-open connection");
        forwarder.ConnectionsFailed.ShouldBeGreaterThan(times);

        await run.StopAndCheckAsync();
    }

    private static async Task DownAsync(TimeSpan duration, DeliveryMode delivery)
    {
        await using var run = await FaultyRun.StartAsync(delivery);
        var waiting = run.ProduceAsync();
        run.Harness.Broker.SetBrokerDown();
        await Task.Delay(duration, TestContext.Current.CancellationToken); // The fault itself, not a wait for anything.
        run.Run.Completion.IsCompleted.ShouldBeFalse();
        run.Harness.Broker.SetBrokerUp();
        await waiting;

        await run.GoesOnAsync($"{duration.TotalSeconds} s without a broker");

        await run.StopAndCheckAsync();
    }

    private async Task FiveErrorsAsync(string request)
    {
        var (api, codes) = Requests[request];
        await using var run = await FaultyRun.StartAsync();
        foreach (var code in codes)
        {
            await run.GoesOnAfterErrorsAsync(api, (ErrorCode)code, output);
        }

        await run.StopAndCheckAsync();
    }
}
