using Confluent.Kafka;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>
/// Pauses and resumes all partitions, and remembers what the client does: a partition that was paused, revoked and assigned again comes
/// back paused. Consumer thread only, outside handlers.
/// </summary>
internal sealed class PartitionPauser
{
    private readonly HashSet<TopicPartition> _paused = [];

    /// <summary>True while partitions are to be paused.</summary>
    public bool IsPausing { get; private set; }

    /// <summary>Pauses the partitions; to be called again after every assignment. Pausing twice is nothing to the client.</summary>
    public void Pause(IConsumer<byte[]?, byte[]?> consumer, IReadOnlyCollection<PartitionReader> held)
    {
        IsPausing = true;
        var all = held.Select(reader => reader.Partition).ToList();
        if (all.Count > 0)
        {
            consumer.Pause(all);
            _paused.UnionWith(all);
        }
    }

    /// <summary>Resumes the partitions that are paused; to be called again after every assignment.</summary>
    public void Resume(IConsumer<byte[]?, byte[]?> consumer, IReadOnlyCollection<PartitionReader> held)
    {
        IsPausing = false;
        var stopped = held.Select(reader => reader.Partition).Where(_paused.Contains).ToList();
        if (stopped.Count > 0)
        {
            consumer.Resume(stopped);
            _paused.ExceptWith(stopped);
        }
    }
}
