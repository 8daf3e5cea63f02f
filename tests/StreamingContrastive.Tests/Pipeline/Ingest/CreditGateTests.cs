using StreamingContrastive.Pipeline.Ingest;

namespace StreamingContrastive.Tests.Pipeline.Ingest;

public sealed class CreditGateTests
{
    private const long Epoch = 3;
    private readonly CreditGate _gate = new(Epoch);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WaitAsync_EnoughCredit_TakesIt()
    {
        _gate.Grant(Epoch, 100).ShouldBeTrue();

        (await _gate.WaitAsync(Epoch, 64, Token)).ShouldBeTrue();

        _gate.Available.ShouldBe(36);
    }

    [Fact]
    public async Task WaitAsync_TooLittleCredit_WaitsForTheNextGrant()
    {
        _gate.Grant(Epoch, 63);
        var waiting = _gate.WaitAsync(Epoch, 64, Token);

        waiting.IsCompleted.ShouldBeFalse();
        _gate.Grant(Epoch, 64).ShouldBeTrue();

        (await waiting).ShouldBeTrue();
        _gate.Available.ShouldBe(0);
    }

    [Theory]
    [InlineData(Epoch, 100)]
    [InlineData(Epoch, 99)]
    [InlineData(Epoch - 1, 1000)]
    [InlineData(Epoch + 1, 1000)]
    public void Grant_RepeatedLowerOrOfAnotherEpoch_AddsNothing(long epoch, long total)
    {
        _gate.Grant(Epoch, 100);

        _gate.Grant(epoch, total).ShouldBeFalse();

        _gate.Available.ShouldBe(100);
    }

    [Fact]
    public async Task Grant_OneWasLost_TheNextHealsIt()
    {
        var waiting = _gate.WaitAsync(Epoch, 20, Token);

        // Grants of 10 and 20 never arrived; the total says it all.
        _gate.Grant(Epoch, 30);

        (await waiting).ShouldBeTrue();
        _gate.Available.ShouldBe(10);
    }

    [Fact]
    public async Task WaitAsync_SmallChunkBehindALargeOne_KeepsItsPlace()
    {
        _gate.Grant(Epoch, 10);
        var large = _gate.WaitAsync(Epoch, 64, Token);
        var small = _gate.WaitAsync(Epoch, 1, Token);

        small.IsCompleted.ShouldBeFalse();
        _gate.Grant(Epoch, 65);

        (await large).ShouldBeTrue();
        (await small).ShouldBeTrue();
    }

    [Fact]
    public async Task WaitAsync_Cancelled_TakesNothingAndLetsTheNextPass()
    {
        using var cancel = new CancellationTokenSource();
        _gate.Grant(Epoch, 10);
        var large = _gate.WaitAsync(Epoch, 64, cancel.Token).AsTask();
        var small = _gate.WaitAsync(Epoch, 10, Token);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(large);
        (await small).ShouldBeTrue();
        (_gate.Waiting, _gate.Available).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Reset_NewEpoch_LetsStaleWaitersGoAndBeginsAtNothing()
    {
        var stale = _gate.WaitAsync(Epoch, 64, Token);
        var early = _gate.WaitAsync(Epoch + 1, 64, Token);

        _gate.Reset(Epoch + 1);

        (await stale).ShouldBeFalse();
        early.IsCompleted.ShouldBeFalse();
        _gate.Grant(Epoch + 1, 64);
        (await early).ShouldBeTrue();
        _gate.Available.ShouldBe(0);
    }

    [Fact]
    public async Task WaitAsync_OlderEpoch_PassesAsStaleWithoutCredit()
    {
        _gate.Grant(Epoch, 10);

        (await _gate.WaitAsync(Epoch - 1, 64, Token)).ShouldBeFalse();

        _gate.Available.ShouldBe(10);
    }

    [Fact]
    public void Reset_SameOrOlderEpoch_ChangesNothing()
    {
        _gate.Grant(Epoch, 10);

        _gate.Reset(Epoch);
        _gate.Reset(Epoch - 1);

        _gate.Available.ShouldBe(10);
    }

    [Fact]
    public async Task WaitAsync_ManyThreads_NeverPassMoreThanGranted()
    {
        const int callers = 8;
        const int each = 500;
        long passed = 0;
        long granted = 0;
        long overdrafts = 0;

        var callersDone = Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; i < each; i++)
            {
                int records = 1 + ((caller + i) % 5);
                await _gate.WaitAsync(Epoch, records, Token);
                if (Interlocked.Add(ref passed, records) > Interlocked.Read(ref granted))
                {
                    Interlocked.Increment(ref overdrafts);
                }
            }
        }, Token)));
        while (!callersDone.IsCompleted)
        {
            _gate.Grant(Epoch, Interlocked.Add(ref granted, 7));
            await Task.Yield();
        }

        await callersDone;
        overdrafts.ShouldBe(0);
        passed.ShouldBe(callers * each * 3);
        _gate.Available.ShouldBe(granted - passed);
    }
}
