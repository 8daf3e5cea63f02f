using System.Threading.Channels;

namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>A checkpoint is durable: its outbox may be published, then <see cref="CheckpointWriter.OutboxAcknowledged"/> is called.</summary>
/// <param name="Manifest">The checkpoint.</param>
/// <param name="Outbox">Its outbox.</param>
internal sealed record CheckpointCommitted(CheckpointManifest Manifest, Outbox Outbox) : Akka.Actor.INoSerializationVerificationNeeded;

/// <summary>
/// Writes checkpoints on a thread of its own. The rule of N and N+1: the files of N+1 are written at once, its rename waits until the
/// outbox of N is acknowledged, so at most one outbox is ever in doubt. The trainer's thread takes no lock and waits for nothing.
/// </summary>
/// idle --TrySubmit--> writing --files durable--> waiting --outbox of N acknowledged, outputs acknowledged--> commit --> idle
internal sealed class CheckpointWriter : IAsyncDisposable
{
    private readonly Channel<Command> _commands = Channel.CreateUnbounded<Command>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CheckpointStore _store;
    private readonly EpochRecord _epoch;
    private readonly (int Newest, int Announced) _keep;
    private readonly Action<CheckpointCommitted> _committed;
    private readonly List<TaskCompletionSource> _drains = [];
    private CheckpointName? _last;
    private bool _lastAcknowledged;
    private Pending? _pending;
    private int _busy;
    private int _lineageAsked;

    /// <summary>Starts the thread.</summary>
    /// <param name="store">The store; the writer's alone from here on.</param>
    /// <param name="start">The start: the new epoch, and the checkpoint whose outbox may still be in doubt.</param>
    /// <param name="keep">Checkpoints to keep: the newest, and the newest that were announced.</param>
    /// <param name="committed">Called on the writer's thread after each commit; must only pass the message on.</param>
    public CheckpointWriter(CheckpointStore store, LineageStart start, (int Newest, int Announced) keep, Action<CheckpointCommitted> committed)
    {
        (_store, _epoch, _keep, _committed) = (store, start.Epoch, keep, committed);
        _last = start.Loaded?.Name;
        _lastAcknowledged = start.Loaded?.IsAnnounced ?? true;

        // A thread of its own: fsync blocks, and the pool's few threads are the augmenters'.
        Completion = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>
    /// Ends when the writer is disposed, and faults when a checkpoint cannot be written or the trainer has been replaced: with a
    /// <see cref="CheckpointWriteException"/> or <see cref="LineageFencedException"/>. Nothing is written after that; the process has to end.
    /// </summary>
    public Task Completion { get; }

    /// <summary>Whether a checkpoint is being written or waits for acknowledgements; stays true after a failure.</summary>
    public bool IsBusy => Volatile.Read(ref _busy) != 0;

    /// <summary>Hands a checkpoint over. False, with nothing done, while one is pending or after the end (see <see cref="Completion"/>).</summary>
    public bool TrySubmit(CheckpointContent content) =>
        Interlocked.CompareExchange(ref _busy, 1, 0) == 0 && _commands.Writer.TryWrite(new Command.Write(content));

    /// <summary>The broker has acknowledged the whole outbox of a committed checkpoint, this run's or the loaded one's. Any thread.</summary>
    public void OutboxAcknowledged(CheckpointName name) => _commands.Writer.TryWrite(new Command.Acknowledged(name));

    /// <summary>A committed checkpoint was seen to be healthy: a guard may go back to it. Any thread.</summary>
    public void MarkHealthy(CheckpointName name) => _commands.Writer.TryWrite(new Command.Healthy(name));

    /// <summary>
    /// Looks whether a newer trainer has begun, and faults <see cref="Completion"/> if so. Without it a trainer that was paused would go on
    /// publishing (immediate delivery), and hold its partitions, until its next checkpoint, or for ever when no record comes.
    /// </summary>
    public void CheckLineage()
    {
        if (Interlocked.Exchange(ref _lineageAsked, 1) == 0) // One question at a time: a slow disk must not let them pile up.
        {
            _commands.Writer.TryWrite(new Command.CheckLineage());
        }
    }

    /// <summary>
    /// Waits until nothing is pending and the last outbox is acknowledged. False when <paramref name="cancellation"/> came first: what
    /// was not committed is trained again, what was not acknowledged is sent again.
    /// </summary>
    public async Task<bool> DrainAsync(CancellationToken cancellation)
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _commands.Writer.TryWrite(new Command.Drain(drained));
        try
        {
            await await Task.WhenAny(drained.Task, Completion).WaitAsync(cancellation).ConfigureAwait(false);
            return drained.Task.IsCompletedSuccessfully;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Stops at once: what is not committed is given up. Throws the failure that ended the writer, if one did.</summary>
    public async ValueTask DisposeAsync()
    {
        _commands.Writer.TryWrite(new Command.Stop());
        _commands.Writer.TryComplete();
        await Completion.ConfigureAwait(false);
    }

    /// <summary>For tests: done once everything that was posted so far has been looked at.</summary>
    internal Task SettledAsync()
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _commands.Writer.TryWrite(new Command.Settle(settled)) ? Task.WhenAny(settled.Task, Completion) : Completion;
    }

    private void Run()
    {
        try
        {
            // This thread has nothing else to do, so it blocks here; an await would move it to the pool.
            while (_commands.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (_commands.Reader.TryRead(out var command))
                {
                    if (command is Command.Stop)
                    {
                        GiveUp();
                        return;
                    }

                    Handle(command);
                    Advance();
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _store.EnsureNewest(_epoch.Epoch); // A newer trainer removes an older one's unfinished files: that is no disk error.
            throw Failure(_store.Root, IoReason.Of(e), e);
        }
        finally
        {
            _commands.Writer.TryComplete();
        }
    }

    private void Handle(Command command)
    {
        switch (command)
        {
            case Command.Write write:
                Prepare(write.Content);
                break;
            case Command.Acknowledged acknowledged:
                _store.MarkAnnounced(acknowledged.Name);
                _lastAcknowledged |= acknowledged.Name == _last;
                break;
            case Command.Healthy healthy:
                _store.MarkHealthy(healthy.Name);
                break;
            case Command.Drain drain:
                _drains.Add(drain.Done);
                break;
            case Command.Settle settle:
                settle.Done.SetResult();
                break;
            case Command.CheckLineage:
                Volatile.Write(ref _lineageAsked, 0);
                _store.EnsureNewest(_epoch.Epoch);
                break;
            case Command.OutputsSettled:
                break; // Advance looks at the task itself.
        }
    }

    private void Prepare(CheckpointContent content)
    {
        var sequence = _last is { } last && last.Epoch == _epoch.Epoch && last.Step == content.Step ? last.Sequence + 1 : 0;
        var prepared = _store.Prepare(content, new(new(_epoch.Epoch, content.Step, sequence), _last, _epoch.Parent));
        _pending = new(prepared, content);
        if (!content.OutputsAcknowledged.IsCompleted)
        {
            content.OutputsAcknowledged.ContinueWith(
                _ => _commands.Writer.TryWrite(new Command.OutputsSettled()),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    private void Advance()
    {
        if (_pending is { } pending && OutputsAreAcknowledged(pending.Content) && _lastAcknowledged)
        {
            _store.Commit(pending.Prepared);
            (_pending, _last, _lastAcknowledged) = (null, pending.Prepared.Manifest.Name, false);
            Volatile.Write(ref _busy, 0);
            _committed(new(pending.Prepared.Manifest, pending.Content.Outbox));
            _store.Retain(_keep.Newest, _keep.Announced, _epoch);
        }

        if (_pending is null && _lastAcknowledged)
        {
            _drains.ForEach(static d => d.TrySetResult());
            _drains.Clear();
        }
    }

    private static bool OutputsAreAcknowledged(CheckpointContent content)
    {
        var outputs = content.OutputsAcknowledged;
        if (outputs.IsFaulted || outputs.IsCanceled)
        {
            throw new CheckpointWriteException(
                $"The checkpoint at step {content.Step} is not committed: the outputs before it were not delivered. {outputs.Exception?.GetBaseException().Message ?? "Sending them was cancelled."} Mend the output topic, then start again: nothing is lost.",
                "outputs", "outputs were not delivered", outputs.Exception?.GetBaseException());
        }

        return outputs.IsCompletedSuccessfully;
    }

    private void GiveUp()
    {
        if (_pending is { } pending)
        {
            _store.Abandon(pending.Prepared);
        }
    }

    private static CheckpointWriteException Failure(string path, string reason, Exception e) => new(
        $"A checkpoint could not be written in {path}: {reason} ({e.Message}). The last committed checkpoint is whole. Mend that, or set checkpoint.directory to another place with a copy of this one, then start again.",
        path, reason, e);

    private sealed record Pending(PreparedCheckpoint Prepared, CheckpointContent Content);

    private abstract record Command
    {
        public sealed record Write(CheckpointContent Content) : Command;

        public sealed record Acknowledged(CheckpointName Name) : Command;

        public sealed record Healthy(CheckpointName Name) : Command;

        public sealed record OutputsSettled : Command;

        public sealed record CheckLineage : Command;

        public sealed record Drain(TaskCompletionSource Done) : Command;

        public sealed record Settle(TaskCompletionSource Done) : Command;

        public sealed record Stop : Command;
    }
}
