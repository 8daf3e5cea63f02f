using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>
/// The body of the thread that owns the consumer, from Subscribe through Consume to Close; no other thread ever calls the client. One
/// turn: commands, seeks that are owed, full channel or not, one Consume.
/// </summary>
internal sealed class ConsumerLoop : IDisposable
{
    private readonly RecordSourceSettings _settings;
    private readonly string _groupId;
    private readonly SourceCounters _counters;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly CommandQueue _commands;
    private readonly EventOutlet _outlet;
    private readonly PartitionReaders _readers;
    private readonly ReaderSettler _settler;
    private readonly SourceErrors _errors;
    private readonly BackPressure _pressure;
    private readonly PositionReport _positions;
    private readonly PositionBeat _beat;
    private readonly CommitWatch _commits;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private bool _partial;
    private bool _stopping;

    /// <summary>Builds the consumer; it connects when the loop runs.</summary>
    public ConsumerLoop(
        ConsumerConfig config, RecordSourceSettings settings, PartitionReadings readings, EventOutlet outlet, CommandQueue commands,
        SourceCounters counters, ILogger logger, TimeProvider time)
    {
        (_settings, _outlet, _counters, _logger, _time) = (settings, outlet, counters, logger, time);
        (_commands, _groupId) = (commands, config.GroupId);
        _readers = new PartitionReaders(settings, readings, outlet, counters, logger);
        _errors = new SourceErrors(_groupId, counters, logger);
        _settler = new ReaderSettler(settings, outlet, counters, _errors, logger, time);
        _pressure = new BackPressure(settings, outlet, counters, logger, time);
        _positions = new PositionReport(counters, time);
        _beat = new PositionBeat(settings, outlet, time);
        _commits = new CommitWatch(settings.Telemetry);
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetPartitionsAssignedHandler((_, partitions) => _readers.Assigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => _readers.Released(partitions, "revoked"))
            .SetPartitionsLostHandler((_, partitions) => _readers.Released(partitions, "lost"))
            .SetOffsetsCommittedHandler((_, committed) => OnCommitted(committed))
            .SetErrorHandler((_, error) => _errors.OnError(error))
            .SetLogHandler((_, message) => _logger.Client(message.Facility, message.Message))
            .Build();
        _logger.Subscribed(string.Join(", ", settings.Topics), _groupId, readings.Table.LineageEpoch);
    }

    /// <summary>Reads until a stop command or a failure.</summary>
    public void Run()
    {
        _consumer.Subscribe(_settings.Topics);
        while (!_stopping)
        {
            Turn();
        }
    }

    /// <summary>
    /// Leaves the group and frees the client. Nothing can be done about a broker that is away: the client then gives up only after
    /// session.timeout.ms.
    /// </summary>
    public void Dispose()
    {
        try
        {
            _consumer.Close();
            _readers.Announce();
            _logger.Closed(_groupId);
        }
        catch (KafkaException e)
        {
            _logger.CloseFailed(_groupId, e.Error.Reason);
        }

        _consumer.Dispose();
    }

    private void Turn()
    {
        while (_commands.TryTake(out var command))
        {
            Obey(command);
        }

        if (_readers.Unsettled)
        {
            _readers.Unsettled = !_settler.Settle(_consumer, _readers.Held);
            _pressure.Reapply(_consumer, _readers.Held);
        }

        bool flowing = _outlet.Publish();
        if (_pressure.HoldsBack(_consumer, _readers.Held, flowing))
        {
            _outlet.WaitForRoom(_settings.PollInterval);
        }
        else
        {
            Poll();
        }

        _errors.ThrowIfTerminal();
    }

    private void Poll()
    {
        try
        {
            var result = _consumer.Consume(_partial ? _settings.ChunkLinger : _settings.PollInterval);
            if (result is null)
            {
                ClosePartialChunks();
                TellPositions();
            }
            else
            {
                Take(result);
            }
        }
        catch (ConsumeException e)
        {
            OnConsumeError(e);
        }

        if (_readers.Announce())
        {
            _pressure.Reapply(_consumer, _readers.Held);
        }
    }

    private void Take(ConsumeResult<byte[]?, byte[]?> result)
    {
        _errors.Recovered();
        if (_readers.Find(result.Topic, result.Partition.Value) is not { State: ReaderState.Reading } reader)
        {
            _counters.StaleRecord();
        }
        else if (result.IsPartitionEOF)
        {
            // All there is: behind the last record there may be offsets without one (compaction, transaction markers).
            reader.Builder.PassTo(result.Offset.Value);
            CloseChunk(reader);
            TellPositions();
        }
        else if (result.Offset.Value < reader.Builder.Next)
        {
            _counters.StaleRecord();
        }
        else
        {
            Add(reader, ConsumedRecord.From(result.Offset.Value, result.Message));
        }
    }

    private void TellPositions()
    {
        _positions.Refresh(_consumer, _readers.Held);
        _beat.Refresh(_readers.Held);
    }

    private void Add(PartitionReader reader, SourceRecord record)
    {
        if (!reader.Builder.Fits(record))
        {
            CloseChunk(reader);
        }

        if (reader.Builder.Count == 0)
        {
            reader.ChunkBegan = _time.GetTimestamp();
        }

        reader.Builder.Add(record);
        _counters.Consumed((record.Key?.Length ?? 0) + (record.Value?.Length ?? 0));
        _partial = true;
        if (reader.Builder.IsFull)
        {
            CloseChunk(reader);
            TellPositions();
        }
    }

    private void ClosePartialChunks()
    {
        _partial = false;
        foreach (var reader in _readers.Held)
        {
            if (reader.State == ReaderState.Reading)
            {
                CloseChunk(reader);
            }
        }
    }

    private void CloseChunk(PartitionReader reader)
    {
        var builder = reader.Builder;
        if (builder.IsEmpty)
        {
            return;
        }

        // A chunk without records only moves the range: nothing was polled.
        var trace = builder.Count == 0 ? null : _settings.Telemetry?.Polled(reader.Reading.Partition, builder.Count, reader.ChunkBegan);
        _outlet.Enqueue(new ChunkRead(builder.Close(trace ?? default)));
        reader.IsQuiet = false;
    }

    private void Obey(SourceCommand command)
    {
        switch (command)
        {
            case Rewind rewind:
                _readers.Rewind(rewind);
                break;
            case Adopt adopt:
                _readers.Adopt(adopt.Table);
                break;
            case Commit commit:
                Store(commit.Table);
                break;
            case Stop:
                _stopping = true;
                break;
        }
    }

    private void Store(OffsetTable table)
    {
        foreach (var offset in _readers.Advance(table))
        {
            try
            {
                _consumer.StoreOffset(offset);
                _commits.Stored(offset.Topic);
            }
            catch (KafkaException e)
            {
                _errors.OnCommitFailed(e.Error);
            }
        }
    }

    private void OnCommitted(CommittedOffsets committed)
    {
        _errors.OnCommitted(committed);
        _commits.Answered(committed);
    }

    private void OnConsumeError(ConsumeException e)
    {
        if (e.Error.Code != ErrorCode.Local_AutoOffsetReset)
        {
            _errors.OnConsumeFailed(e);
        }
        else if (e.ConsumerRecord is { } position && _readers.Find(position.Topic, position.Partition.Value) is { } reader)
        {
            if (reader.State == ReaderState.Reading)
            {
                CloseChunk(reader);
            }

            reader.MeetGap();
            _readers.Unsettled = true;
        }
    }
}
