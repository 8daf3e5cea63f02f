using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>
/// The partitions that the consumer holds: answers the rebalance handlers and turns the trainer's commands into new readings. Consumer
/// thread only. The handlers touch memory and nothing else: no call to the consumer, no log, nothing that could throw or wait.
/// </summary>
internal sealed class PartitionReaders(
    RecordSourceSettings settings, PartitionReadings readings, EventOutlet outlet, SourceCounters counters, ILogger logger)
{
    private readonly Dictionary<PartitionId, PartitionReader> _held = [];
    private readonly Queue<(PartitionId Partition, string? Released)> _news = new();
    private PartitionReader? _last;

    /// <summary>The partitions held now.</summary>
    public IReadOnlyCollection<PartitionReader> Held => _held.Values;

    /// <summary>True when a reader may have left <see cref="ReaderState.Reading"/>.</summary>
    public bool Unsettled { get; set; }

    /// <summary>The reader of a partition, or null. Runs of records come from one partition, so the last answer is usually right.</summary>
    public PartitionReader? Find(string topic, int partition)
    {
        if (_last is { Reading.Partition: var last } && last.Partition == partition && last.Topic == topic)
        {
            return _last;
        }

        return _last = _held.GetValueOrDefault(new PartitionId(topic, partition));
    }

    /// <summary>Handler: partitions came. The offsets at which the client begins.</summary>
    public List<TopicPartitionOffset> Assigned(List<TopicPartition> partitions)
    {
        var edge = settings.Start == Configuration.StartPosition.Earliest ? Offset.Beginning : Offset.End;
        var offsets = new List<TopicPartitionOffset>(partitions.Count);
        foreach (var partition in partitions)
        {
            var id = new PartitionId(partition.Topic, partition.Partition.Value);
            var reading = readings.Assign(id);
            _held[id] = new PartitionReader(partition, reading, settings.ChunkRecords);
            _news.Enqueue((id, null));
            Unsettled |= reading.Start is null;
            offsets.Add(new TopicPartitionOffset(partition, reading.Start is { } start ? new Offset(start) : edge));
        }

        _last = null;
        return offsets;
    }

    /// <summary>Handler: partitions went.</summary>
    public void Released(List<TopicPartitionOffset> partitions, string how)
    {
        foreach (var partition in partitions)
        {
            var id = new PartitionId(partition.Topic, partition.Partition.Value);
            readings.Release(id);
            _held.Remove(id);
            counters.StaleChunks(outlet.Drop(id));
            _news.Enqueue((id, how));
        }

        _last = null;
    }

    /// <summary>Tells what the handlers did; true when partitions came or went since the last call.</summary>
    public bool Announce()
    {
        bool any = _news.Count > 0;
        while (_news.TryDequeue(out var news))
        {
            settings.Telemetry?.Metrics.Rebalanced(news.Released ?? "assigned");
            if (news.Released is { } how)
            {
                logger.PartitionReleased(news.Partition, how);
            }
            else if (_held.GetValueOrDefault(news.Partition) is { State: ReaderState.Reading, Next: { } next, Reading: var reading })
            {
                logger.ReadingBegan(news.Partition, next, reading.Assignment.Number, reading.LineageEpoch);
            }
        }

        return any;
    }

    /// <summary>The trainer refused a chunk.</summary>
    public void Rewind(Rewind rewind)
    {
        if (readings.Rewind(rewind.Partition, rewind.Next, rewind.LineageEpoch, rewind.CausedBy) is { } reading)
        {
            Restart(reading);
        }
        else
        {
            counters.RewindIgnored();
        }
    }

    /// <summary>A new trainer.</summary>
    public void Adopt(OffsetTable table)
    {
        foreach (var reading in readings.Adopt(table))
        {
            Restart(reading);
        }
    }

    /// <summary>The trainer has come further: what the client is to commit.</summary>
    public IEnumerable<TopicPartitionOffset> Advance(OffsetTable table)
    {
        if (!readings.Refresh(table))
        {
            yield break;
        }

        foreach (var (partition, next) in table.Next)
        {
            if (_held.TryGetValue(partition, out var reader))
            {
                yield return new TopicPartitionOffset(reader.Partition, next);
            }
        }
    }

    private void Restart(PartitionReading reading)
    {
        _held[reading.Partition].Begin(reading);
        counters.StaleChunks(outlet.Drop(reading.Partition));
        counters.Rewound();
        Unsettled = true;
    }
}
