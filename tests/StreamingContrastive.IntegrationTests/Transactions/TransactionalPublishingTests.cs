using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Kafka.Output.Transactions;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Transactions;

/// <summary>What the model of a transactional log assumes, seen on real brokers.</summary>
public sealed class TransactionalPublishingTests(RealBroker broker)
{
    [Fact]
    public async Task Publish_KilledBeforeTheCommitAndStartedAgain_EveryOutputAppearsOnce()
    {
        var bench = await BenchAsync();
        await using (var first = await bench.OpenAsync())
        {
            await first.PublishAsync(bench.Records(0, 300), Token);
        }

        // Dies with everything sent and nothing committed.
        using (var killed = await bench.OpenClientAsync())
        {
            killed.BeginTransaction();
            await killed.ProduceAsync(bench.Records(300, 300), Token);
        }

        await using var second = await bench.OpenAsync();
        await second.PublishAsync(bench.Records(300, 300), Token);

        await bench.ShouldHoldExactlyAsync(Enumerable.Range(0, 600));
        bench.ReadUncommitted().Count.ShouldBe(900); // The killed ones too: the isolation hides them.
    }

    [Fact]
    public async Task Publish_ZombieWithAnOpenTransaction_IsFencedAndNothingOfItAppears()
    {
        var bench = await BenchAsync();
        using var zombie = await bench.OpenClientAsync();
        zombie.BeginTransaction();
        await zombie.ProduceAsync(bench.Records(1000, 50), Token);

        await using var current = await bench.OpenAsync();
        var failure = Should.Throw<TransactionException>(zombie.CommitTransaction);
        await current.PublishAsync(bench.Records(0, 50), Token);

        failure.Fault.ShouldBe(TransactionFault.Fenced, failure.Message);
        failure.Message.ShouldContain("was fenced");
        await bench.ShouldHoldExactlyAsync(Enumerable.Range(0, 50));
    }

    [Fact]
    public async Task Publish_ZombieThatBeginsAnew_IsFencedAndNothingOfItAppears()
    {
        var bench = await BenchAsync();
        await using var zombie = await bench.OpenAsync();
        await zombie.PublishAsync(bench.Records(0, 50), Token);
        await using var current = await bench.OpenAsync();

        var failure = await Should.ThrowAsync<TransactionException>(zombie.PublishAsync(bench.Records(1000, 50), Token));
        await current.PublishAsync(bench.Records(50, 50), Token);

        failure.Fault.ShouldBe(TransactionFault.Fenced, failure.Message);
        await bench.ShouldHoldExactlyAsync(Enumerable.Range(0, 100));
    }

    [Fact]
    public async Task Publish_AbortRequiredOnce_TheSameRecordsAppearOnce()
    {
        var bench = await BenchAsync();
        await using var output = await bench.OpenAsync(new AbortingClient(bench.Client()));

        await output.PublishAsync(bench.Records(0, 200), Token);
        await output.PublishAsync(bench.Records(200, 200), Token);

        await bench.ShouldHoldExactlyAsync(Enumerable.Range(0, 400));
        bench.ReadUncommitted().Count.ShouldBe(600); // The aborted ones are stored, and invisible to read_committed.
    }

    [Fact]
    public async Task Publish_OverTheCoordinatorsTimeout_NothingAppearsAndTheNextStartSendsIt()
    {
        var bench = await BenchAsync();
        using var slow = await bench.OpenClientAsync(("transaction.timeout.ms", "10000"), ("message.timeout.ms", "10000")); // Time enough to send.
        slow.BeginTransaction();
        await slow.ProduceAsync(bench.Records(0, 20), Token);

        // Brokers look for such transactions every 10 s; a following marker is what tells that it is over.
        await using var other = await new TransactionBench(await broker.RequireAsync(), _topic, _topic + "-other").OpenAsync();
        await other.PublishAsync(bench.Records(100, 20), Token);
        await bench.ReadCommittedAsync(atLeast: 20);

        Should.Throw<TransactionException>(slow.CommitTransaction);
        await using var next = await bench.OpenAsync();
        await next.PublishAsync(bench.Records(0, 20), Token);
        (await bench.ReadCommittedAsync(atLeast: 40)).Count.ShouldBe(40);
    }

    [Fact]
    public async Task Publish_NullKeyToACompactedTopic_IsRefusedAtOnceAndTheProducerGoesOn()
    {
        var bench = await BenchAsync(("cleanup.policy", "compact"));
        await using var output = await bench.OpenAsync();

        var failure = await Should.ThrowAsync<TransactionException>(output.PublishAsync([bench.Records(7, 1)[0] with { Key = null }], Token));
        await output.PublishAsync(bench.Records(0, 5), Token);

        failure.Fault.ShouldBe(TransactionFault.Refused, failure.Message);
        failure.Message.ShouldContain("compacted topic refuses null keys");
        await bench.ShouldHoldExactlyAsync(Enumerable.Range(0, 5));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly string _topic = RealBroker.NewName("tx");

    private async Task<TransactionBench> BenchAsync(params (string Key, string Value)[] config)
    {
        var bootstrap = await broker.RequireAsync();
        await broker.CreateTopicAsync(_topic, 3, config);
        return new TransactionBench(bootstrap, _topic, _topic);
    }

    /// <summary>The first transaction has to be aborted when everything is sent.</summary>
    private sealed class AbortingClient(ITransactionalClient inner) : ITransactionalClient
    {
        private bool _aborted;

        public void InitTransactions(TimeSpan timeout) => inner.InitTransactions(timeout);

        public void BeginTransaction() => inner.BeginTransaction();

        public async Task ProduceAsync(IReadOnlyList<OutputRecord> records, CancellationToken cancellation)
        {
            await inner.ProduceAsync(records, cancellation);
            if (!_aborted)
            {
                _aborted = true;
                throw new TransactionException("Produce", TransactionFault.Abortable, "by intention");
            }
        }

        public void CommitTransaction() => inner.CommitTransaction();

        public void AbortTransaction() => inner.AbortTransaction();

        public void Dispose() => inner.Dispose();
    }
}
