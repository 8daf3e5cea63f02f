using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>
/// Reads a consumer group's share of the input into a bounded channel, following the trainer's offset table. A thread of its own owns the
/// client; everything here may be called from any thread and never waits for it.
/// </summary>
/// <remarks>
/// The trainer is the authority: it accepts a chunk or a gap only when its From is the partition's next offset, and answers anything else
/// with <see cref="Rewind"/>. So a chunk that is lost on the way, or read twice, costs a re-read and never a record.
/// Errors of the broker are ridden out. What cannot be ends the source: <see cref="Completion"/> and the channel carry the reason.
/// </remarks>
internal sealed class RecordSource : IRecordSource, IAsyncDisposable
{
    private readonly PartitionReadings _readings;
    private readonly SourceCounters _counters;
    private readonly CommandQueue _commands = new();
    private readonly Channel<SourceEvent> _channel;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RecordSource(OffsetTable table, int channelCapacity, TimeProvider time)
    {
        _readings = new PartitionReadings(Id, table);
        _counters = new SourceCounters(time);
        _channel = Channel.CreateBounded<SourceEvent>(new BoundedChannelOptions(channelCapacity) { SingleWriter = true });
    }

    /// <summary>Names this source in every assignment epoch.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>Chunks and gaps. Completes with the source; a failure is thrown after the last event.</summary>
    public ChannelReader<SourceEvent> Events => _channel.Reader;

    /// <summary>
    /// Ends when the thread has left the group, or has tried for <see cref="RecordSourceSettings.LeaveTimeout"/>; fails with the reason
    /// when the source could not go on.
    /// </summary>
    public Task Completion => _completion.Task;

    /// <summary>Counts since the start.</summary>
    public SourceStatistics Statistics => _counters.Snapshot();

    /// <inheritdoc />
    public IReadOnlyList<PartitionPosition> Positions => Statistics.Partitions;

    /// <summary>Subscribes and reads.</summary>
    /// <param name="config">Connection, security and group; completed by <see cref="SourceConsumerConfig"/>.</param>
    /// <param name="settings">What to read.</param>
    /// <param name="table">The trainer's offsets: assignments are answered from it.</param>
    /// <param name="logger">Where the source tells what happens.</param>
    /// <param name="time">Clock of pauses and retries.</param>
    /// <exception cref="ArgumentException">There is no group id or no topic.</exception>
    public static RecordSource Start(ConsumerConfig config, RecordSourceSettings settings, OffsetTable table, ILogger logger, TimeProvider time)
    {
        if (settings.Topics.Count == 0)
        {
            throw new ArgumentException("There is no topic to read: set input:topic.", nameof(settings));
        }

        var complete = SourceConsumerConfig.Complete(config);
        var source = new RecordSource(table, settings.ChannelCapacity, time);
        var outlet = new EventOutlet(source._channel, settings.ChannelCapacity, source._commands);
        var thread = new Thread(() => source.Own(
            () => new ConsumerLoop(complete, settings, source._readings, outlet, source._commands, source._counters, logger, time),
            settings.LeaveTimeout, logger, time))
        {
            IsBackground = true,
            Name = "record-source",
        };
        thread.Start();
        return source;
    }

    /// <summary>
    /// True while the work belongs to the present reading of its partition. Stages ask before they spend time on a chunk; an answer of
    /// false counts as a stale drop. It saves work only: what is correct is decided by the trainer.
    /// </summary>
    public bool Admits(PartitionId partition, AssignmentEpoch assignment)
    {
        if (_readings.IsCurrent(partition, assignment))
        {
            return true;
        }

        _counters.StaleChunks(1);
        return false;
    }

    /// <summary>The trainer refused a chunk or a gap: read again from <paramref name="next"/>, unless that happened already.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="next">The trainer's next offset.</param>
    /// <param name="lineageEpoch">The trainer's epoch; the new chunks carry it.</param>
    /// <param name="causedBy">Assignment epoch of what was refused.</param>
    public void Rewind(PartitionId partition, long next, long lineageEpoch, AssignmentEpoch causedBy) =>
        _commands.Post(new Rewind(partition, next, lineageEpoch, causedBy));

    /// <summary>Follows a new trainer: every partition begins again at its offsets. A table that is not newer changes nothing.</summary>
    public void Adopt(OffsetTable table) => _commands.Post(new Adopt(table));

    /// <summary>
    /// The trainer's offsets, for lag tools and for partitions that are assigned later. Advisory: the client commits in the background,
    /// failures are counted, and nothing is ever read because of it. A table of another epoch is ignored.
    /// </summary>
    public void Commit(OffsetTable table) => _commands.Post(new Commit(table));

    /// <summary>
    /// Leaves the group. Chunks that are not full are dropped: nobody has acknowledged them, they are read again. Returns
    /// <see cref="Completion"/>.
    /// </summary>
    public Task StopAsync()
    {
        _commands.Post(new Stop());
        return Completion;
    }

    /// <summary>Stops and waits; a failure is left to <see cref="Completion"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Completion.IsCompleted)
        {
            await StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Own(Func<ConsumerLoop> build, TimeSpan leaveTimeout, ILogger logger, TimeProvider time)
    {
        Exception? failure = null;
        ConsumerLoop? loop = null;
        try
        {
            loop = build();
            loop.Run();
        }
#pragma warning disable CA1031 // The end of a thread: whatever it was, whoever waits for Completion has to get it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e is KafkaException { Error: var error } ? new RecordSourceException($"Kafka: {error.Reason} ({error.Code}).", e) : e;
            logger.Failed(failure.Message, failure);
        }

        // Only this thread may close the client, and it may hang in there: whoever waits for the end is let go before.
        using var limit = time.CreateTimer(
            _ =>
            {
                if (End(failure))
                {
                    logger.LeaveTimedOut(leaveTimeout.TotalSeconds);
                }
            },
            null, leaveTimeout, Timeout.InfiniteTimeSpan);
        loop?.Dispose();
        End(failure);
        _commands.Dispose();
    }

    private bool End(Exception? failure)
    {
        _channel.Writer.TryComplete(failure);
        return failure is null ? _completion.TrySetResult() : _completion.TrySetException(failure);
    }
}
