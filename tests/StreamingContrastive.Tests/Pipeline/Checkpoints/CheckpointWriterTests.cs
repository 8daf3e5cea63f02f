using StreamingContrastive.Pipeline.Checkpoints;
using static StreamingContrastive.Tests.Pipeline.Checkpoints.CheckpointScenario;

namespace StreamingContrastive.Tests.Pipeline.Checkpoints;

public sealed class CheckpointWriterTests
{
    private readonly InMemoryDisk _disk = new();
    private readonly System.Collections.Concurrent.ConcurrentQueue<CheckpointCommitted> _committed = new();

    [Fact]
    public async Task TrySubmit_FirstCheckpoint_IsCommittedWithItsOutboxHandedOn()
    {
        await using var writer = Writer();
        var content = Content(10);

        writer.TrySubmit(content).ShouldBeTrue();
        await writer.SettledAsync();

        var committed = _committed.ShouldHaveSingleItem();
        committed.Manifest.Name.ShouldBe(new(1, 10));
        committed.Outbox.ShouldBeSameAs(content.Outbox);
        writer.IsBusy.ShouldBeFalse();
        CheckpointStore.OpenReadOnly(Root, _disk).Verify(new(1, 10)).IsWhole.ShouldBeTrue();
    }

    [Fact]
    public async Task TrySubmit_OutboxOfThePreviousInDoubt_WritesAtOnceAndCommitsAfterTheAcknowledgement()
    {
        // Seen red by dropping _lastAcknowledged from Advance: two outboxes are in doubt at once.
        await using var writer = Writer();
        writer.TrySubmit(Content(10));
        await writer.SettledAsync();

        writer.TrySubmit(Content(20)).ShouldBeTrue();
        await writer.SettledAsync();
        _disk.Log.ShouldContain($"fsyncdir {Root}/checkpoints/.tmp-0000000001-000000000020");
        (_committed.Count, writer.IsBusy).ShouldBe((1, true));
        writer.TrySubmit(Content(30)).ShouldBeFalse();

        writer.OutboxAcknowledged(new(1, 10));
        await writer.SettledAsync();

        _committed.Select(c => c.Manifest.Step).ShouldBe([10, 20]);
        _committed.Last().Manifest.Parent.ShouldBe(new(1, 10));
        writer.IsBusy.ShouldBeFalse();
        _disk.DirectoryExists($"{Root}/announced").ShouldBeTrue();
        _disk.Log.ShouldContain($"create {Root}/announced/0000000001-000000000010");
    }

    [Fact]
    public async Task TrySubmit_AfterARestart_WaitsForTheOutboxOfTheLoadedCheckpoint()
    {
        await using (var first = Writer())
        {
            first.TrySubmit(Content(10));
            await first.SettledAsync();
        }

        await using var writer = Writer();
        writer.TrySubmit(Content(20));
        await writer.SettledAsync();
        _committed.Count.ShouldBe(1);

        writer.OutboxAcknowledged(new(1, 10));
        await writer.SettledAsync();

        _committed.Last().Manifest.ShouldSatisfyAllConditions(
            m => m.Name.ShouldBe(new(2, 20)), m => m.Parent.ShouldBe(new(1, 10)), m => m.BranchedFrom.ShouldBe(new(1, 10)));
    }

    [Fact]
    public async Task TrySubmit_ImmediateDelivery_CommitsOnlyWhenItsOutputsAreAcknowledged()
    {
        await using var writer = Writer();
        var outputs = new TaskCompletionSource();

        writer.TrySubmit(Content(10) with { OutputsAcknowledged = outputs.Task });
        await writer.SettledAsync();
        _committed.ShouldBeEmpty();

        outputs.SetResult();
        await writer.SettledAsync();
        _committed.Count.ShouldBe(1);
    }

    [Fact]
    public async Task TrySubmit_OutputsThatCannotBeDelivered_EndTheWriterWithTheReason()
    {
        var writer = Writer();
        writer.TrySubmit(Content(10) with { OutputsAcknowledged = Task.FromException(new TimeoutException("the broker is away")) });

        (await Should.ThrowAsync<CheckpointWriteException>(writer.Completion)).Message.ShouldContain("the broker is away");
        _committed.ShouldBeEmpty();
    }

    [Fact]
    public async Task TrySubmit_SameStepAgain_GetsANameOfItsOwn()
    {
        await using var writer = Writer();
        writer.TrySubmit(Content(10));
        writer.OutboxAcknowledged(new(1, 10));
        await writer.SettledAsync();
        writer.TrySubmit(Content(10, modelVersion: 11));
        await writer.SettledAsync();

        _committed.Last().Manifest.Name.ShouldBe(new(1, 10, 1));
        Open(_disk).Start().Loaded!.Name.ShouldBe(new(1, 10, 1));
    }

    [Theory]
    [InlineData(28, "the disk is full")]
    [InlineData(30, "the file system is read-only")]
    [InlineData(5, "the file system refused")]
    public async Task TrySubmit_DiskFails_EndsOnceWithPathAndReasonAndWritesNothingMore(int errorCode, string reason)
    {
        var writer = Writer();
        (_disk.FaultAt, _disk.ErrorCode) = (_disk.Steps + 5, errorCode);

        writer.TrySubmit(Content(10)).ShouldBeTrue();

        var failure = await Should.ThrowAsync<CheckpointWriteException>(writer.Completion);
        (failure.Path, failure.Reason).ShouldBe((Root, reason));
        failure.Message.ShouldSatisfyAllConditions(m => m.ShouldContain(reason), m => m.ShouldContain("The last committed checkpoint is whole"));
        writer.IsBusy.ShouldBeTrue();
        writer.TrySubmit(Content(20)).ShouldBeFalse();
        await Should.ThrowAsync<CheckpointWriteException>(async () => await writer.DisposeAsync());
        await Should.ThrowAsync<CheckpointWriteException>(() => writer.DrainAsync(CancellationToken.None));
        _committed.ShouldBeEmpty();
    }

    [Fact]
    public async Task TrySubmit_NewerTrainerHasStarted_EndsFenced()
    {
        var writer = Writer();
        Open(_disk).Start();

        writer.TrySubmit(Content(10));

        (await Should.ThrowAsync<LineageFencedException>(writer.Completion)).NewerEpoch.ShouldBe(2);
        _committed.ShouldBeEmpty();
    }

    [Fact]
    public async Task TrySubmit_NewerTrainerRemovedTheWaitingFiles_EndsFencedAndNotWithADiskError()
    {
        var writer = Writer();
        var outputs = new TaskCompletionSource();
        writer.TrySubmit(Content(10) with { OutputsAcknowledged = outputs.Task });
        await writer.SettledAsync();
        _disk.Done = call =>
        {
            // Between the writer's look at the epochs and its rename.
            if (call.StartsWith("list", StringComparison.Ordinal))
            {
                _disk.Done = null;
                Open(_disk.AfterKill()).Start();
            }
        };

        outputs.SetResult();

        await Should.ThrowAsync<LineageFencedException>(writer.Completion);
        _committed.ShouldBeEmpty();
    }

    [Fact]
    public async Task TrySubmit_ManyCheckpoints_KeepsTheLastOnes()
    {
        await using var writer = Writer();
        for (var step = 10; step <= 60; step += 10)
        {
            writer.TrySubmit(Content(step)).ShouldBeTrue();
            writer.OutboxAcknowledged(new(1, step));
            await writer.SettledAsync();
        }

        CheckpointStore.OpenReadOnly(Root, _disk).List().Select(l => l.Name.Step).ShouldBe([50, 60]);
    }

    [Fact]
    public async Task DrainAsync_PendingCheckpoint_WaitsForItAndForItsOutbox()
    {
        await using var writer = Writer();
        writer.TrySubmit(Content(10));
        var drain = writer.DrainAsync(CancellationToken.None);
        await writer.SettledAsync();
        drain.IsCompleted.ShouldBeFalse();

        writer.OutboxAcknowledged(new(1, 10));

        (await drain).ShouldBeTrue();
        Open(_disk).Start().Loaded!.IsAnnounced.ShouldBeTrue();
    }

    [Fact]
    public async Task DrainAsync_AcknowledgementNeverComes_GivesUpWhenCancelled()
    {
        await using var writer = Writer();
        using var cancellation = new CancellationTokenSource();
        writer.TrySubmit(Content(10));
        await writer.SettledAsync();

        var drain = writer.DrainAsync(cancellation.Token);
        await cancellation.CancelAsync();

        (await drain).ShouldBeFalse();
    }

    [Fact]
    public async Task DisposeAsync_CheckpointThatWaits_IsGivenUp()
    {
        var writer = Writer();
        writer.TrySubmit(Content(10) with { OutputsAcknowledged = new TaskCompletionSource().Task });
        await writer.SettledAsync();

        await writer.DisposeAsync();

        _disk.List($"{Root}/checkpoints").ShouldBeEmpty();
        writer.OutboxAcknowledged(new(1, 10));
        writer.TrySubmit(Content(20)).ShouldBeFalse();
    }

    [Fact]
    public async Task CheckLineage_NewerTrainerHasStarted_EndsFencedThoughNoCheckpointIsDue()
    {
        // Without it a paused trainer without records would never end.
        var writer = Writer();
        writer.CheckLineage();
        await writer.SettledAsync();
        writer.Completion.IsCompleted.ShouldBeFalse();
        Open(_disk).Start();

        writer.CheckLineage();

        (await Should.ThrowAsync<LineageFencedException>(writer.Completion)).NewerEpoch.ShouldBe(2);
    }

    private CheckpointWriter Writer()
    {
        var store = Open(_disk);
        return new(store, store.Start(), keep: (2, 1), _committed.Enqueue);
    }
}
