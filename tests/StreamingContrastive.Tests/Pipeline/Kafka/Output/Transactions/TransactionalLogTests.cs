using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Output.Transactions;

/// <summary>The model itself: what it lets a consumer see is what the protocol says.</summary>
public sealed class TransactionalLogTests
{
    private readonly TransactionalLog _log = new();

    [Fact]
    public void ReadCommitted_BehindAnOpenTransaction_WaitsForItsEnd()
    {
        int a = _log.Init("a"), b = _log.Init("b");
        _log.Append("a", a, Record(1));
        _log.Append("b", b, Record(2));
        _log.End("b", b, commit: true);

        _log.ReadCommitted("t").ShouldBeEmpty();
        _log.End("a", a, commit: true);

        _log.ReadCommitted("t").Select(m => m.Value![0]).ShouldBe([(byte)1, (byte)2]);
    }

    [Fact]
    public void ReadCommitted_AbortedTransaction_IsInvisibleAndStillStored()
    {
        int a = _log.Init("a");
        _log.Append("a", a, Record(1));
        _log.End("a", a, commit: false);
        _log.Append("a", a, Record(2));
        _log.End("a", a, commit: true);

        _log.ReadCommitted("t").Select(m => m.Value![0]).ShouldBe([(byte)2]);
        _log.ReadUncommitted("t").Count.ShouldBe(2);
    }

    [Fact]
    public void Append_AfterAnotherTookTheId_IsRefusedAndWhatWasOpenIsAborted()
    {
        int old = _log.Init("a");
        _log.Append("a", old, Record(1));
        int current = _log.Init("a");

        Should.Throw<FencedException>(() => _log.Append("a", old, Record(2)));
        Should.Throw<FencedException>(() => _log.End("a", old, commit: true));
        _log.Append("a", current, Record(3));
        _log.End("a", current, commit: true);
        _log.ReadCommitted("t").Select(m => m.Value![0]).ShouldBe([(byte)3]);
    }

    [Fact]
    public void End_AfterTheCoordinatorsTimeout_IsRefused()
    {
        int a = _log.Init("a");
        _log.Append("a", a, Record(1));

        _log.TimeOut("a");

        Should.Throw<FencedException>(() => _log.End("a", a, commit: true));
        _log.ReadCommitted("t").ShouldBeEmpty();
    }

    [Fact]
    public void End_CommitRepeated_ChangesNothing()
    {
        int a = _log.Init("a");
        _log.Append("a", a, Record(1));
        _log.End("a", a, commit: true);
        _log.End("a", a, commit: true);

        _log.ReadCommitted("t").Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(true, "committed")]
    [InlineData(false, "aborted")]
    public void End_TheOtherWayThanItWent_IsRefusedAndChangesNothing(bool committed, string state)
    {
        int a = _log.Init("a");
        _log.Append("a", a, Record(1));
        _log.End("a", a, committed);

        Should.Throw<InvalidOperationException>(() => _log.End("a", a, !committed)).Message.ShouldContain(state);
        _log.ReadCommitted("t").Count.ShouldBe(committed ? 1 : 0);
    }

    private static OutputRecord Record(byte value) => new("t", [0], [value], [], -1);
}
