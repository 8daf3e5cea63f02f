using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Pipeline.Kafka.Output.Transactions;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Output.Transactions;

public sealed class TransactionalOutputTests
{
    private static readonly TransactionLimits _limits = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30), 3, new Backoff(TimeSpan.FromTicks(1), TimeSpan.FromTicks(1)));

    private readonly TransactionalLog _log = new();
    private readonly Queue<(string Call, CallFault Fault)> _faults = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PublishAsync_AbortRequired_SendsTheSameRecordsInANewTransaction()
    {
        var (output, client) = await OpenAsync();
        _faults.Enqueue(("Produce", CallFault.Abortable));
        _faults.Enqueue(("Commit", CallFault.Abortable));

        await output.PublishAsync(Records(4), Token);

        client.Calls.ShouldBe(["Init", "Begin", "Produce", "Abort", "Begin", "Produce", "Commit", "Abort", "Begin", "Produce", "Commit"]);
        _log.ReadCommitted("t").Select(m => m.Value![0]).ShouldBe([(byte)0, (byte)1, (byte)2, (byte)3]);
        _log.ReadUncommitted("t").Count.ShouldBe(2 + 4 + 4);
    }

    [Fact]
    public async Task PublishAsync_AbortedAgainAndAgain_StopsAndNothingIsVisible()
    {
        var (output, client) = await OpenAsync();
        for (int i = 0; i < _limits.Attempts; i++)
        {
            _faults.Enqueue(("Produce", CallFault.Abortable));
        }

        var failure = await Should.ThrowAsync<TransactionException>(output.PublishAsync(Records(4), Token));

        failure.Message.ShouldContain("aborted 3 times");
        client.Calls.Count(c => c == "Abort").ShouldBe(3);
        _log.ReadCommitted("t").ShouldBeEmpty();
    }

    [Fact]
    public async Task PublishAsync_AnswerToTheCommitLost_CommitsAgainAndNotTwice()
    {
        var (output, client) = await OpenAsync();
        _faults.Enqueue(("Commit", CallFault.RetriableAfter));

        await output.PublishAsync(Records(4), Token);

        client.Calls.ShouldBe(["Init", "Begin", "Produce", "Commit", "Commit"]);
        _log.ReadCommitted("t").Count.ShouldBe(4);
    }

    [Fact]
    public async Task PublishAsync_Fenced_NeitherAbortsNorRepeats()
    {
        var (output, client) = await OpenAsync();
        _log.Init("id");

        var failure = await Should.ThrowAsync<TransactionException>(output.PublishAsync(Records(4), Token));

        failure.Fault.ShouldBe(TransactionFault.Fenced);
        client.Calls.ShouldBe(["Init", "Begin", "Produce"]);
    }

    [Theory]
    [InlineData("Commit", "CommitTransaction has not returned for 90 s")]
    [InlineData("Produce", "Produce has not returned for 90 s")]
    [InlineData("Begin", "BeginTransaction has not returned for 30 s")]
    public async Task PublishAsync_CallThatDoesNotReturn_EndsWithItsNameAndIsNotDisposed(string call, string message)
    {
        var clock = new FakeTimeProvider();
        var (output, client) = await OpenAsync(clock);
        _faults.Enqueue((call, CallFault.Stop));
        var publishing = output.PublishAsync(Records(1), Token);
        await client.Stopped.WaitAsync(TimeSpan.FromSeconds(10), Token);

        var failure = await AdvanceUntilAsync(clock, publishing);

        failure.Fault.ShouldBe(TransactionFault.Stalled);
        failure.Message.ShouldContain(message);
        await output.DisposeAsync();
        client.Disposed.ShouldBeFalse();
        client.Wake();
    }

    [Fact]
    public async Task InitAsync_CallThatDoesNotReturn_EndsWithItsName()
    {
        var clock = new FakeTimeProvider();
        _faults.Enqueue(("Init", CallFault.Stop));
        var client = new ModelledClient(_log, "id", NextFault);
        var output = new TransactionalOutput(client, _limits, NullLogger.Instance, clock);
        var opening = output.InitAsync(Token);
        await client.Stopped.WaitAsync(TimeSpan.FromSeconds(10), Token);

        (await AdvanceUntilAsync(clock, opening)).Message.ShouldContain("InitTransactions has not returned for 35 s");
        client.Wake();
    }

    [Fact]
    public async Task InitAsync_NoAnswerAtAll_GivesUpAfterItsAttempts()
    {
        for (int i = 0; i < _limits.Attempts; i++)
        {
            _faults.Enqueue(("Init", CallFault.RetriableBefore));
        }

        var failure = await Should.ThrowAsync<TransactionException>(() => OpenAsync());

        failure.Fault.ShouldBe(TransactionFault.Fatal);
        failure.Message.ShouldContain("tried 3 times");
    }

    [Fact]
    public async Task DisposeAsync_TransactionLeftOpen_AbortsItSoThatConsumersGoOn()
    {
        var (output, client) = await OpenAsync();
        for (int i = 0; i < _limits.Attempts; i++)
        {
            _faults.Enqueue(("Abort", CallFault.RetriableBefore));
        }

        _faults.Enqueue(("Produce", CallFault.Abortable));
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(output.PublishAsync(Records(2), stop.Token));

        await output.DisposeAsync();

        client.Calls[^1].ShouldBe("Abort");
        client.Disposed.ShouldBeTrue();
    }

    private async Task<(TransactionalOutput Output, ModelledClient Client)> OpenAsync(TimeProvider? clock = null)
    {
        var client = new ModelledClient(_log, "id", NextFault);
        var output = new TransactionalOutput(client, _limits, NullLogger.Instance, clock ?? TimeProvider.System);
        await output.InitAsync(Token);
        return (output, client);
    }

    private CallFault NextFault(string call) =>
        _faults.TryPeek(out var next) && next.Call == call ? _faults.Dequeue().Fault : CallFault.None;

    // The watchdog's timer is set on another thread, a moment after the call has begun.
    private static async Task<TransactionException> AdvanceUntilAsync(FakeTimeProvider clock, Task work)
    {
        while (!work.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(work, Task.Delay(5, Token));
        }

        return await Should.ThrowAsync<TransactionException>(work);
    }

    private static List<OutputRecord> Records(int count) => [.. Enumerable.Range(0, count).Select(i => new OutputRecord("t", [0], [(byte)i], [], -1))];
}
