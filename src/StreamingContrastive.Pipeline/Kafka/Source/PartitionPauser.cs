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

    /// <summary>Pauses the partitions that are not; to be called again after every assignment.</summary>
    public void Pause(IConsumer<byte[]?, byte[]?> consumer, IEnumerable<TopicPartition> held)
    {
        IsPausing = true;
        var running = held.Where(partition => !_paused.Contains(partition)).ToList();
        if (running.Count > 0)
        {
            consumer.Pause(running);
            _paused.UnionWith(running);
        }
    }

    /// <summary>Resumes the partitions that are paused; to be called again after every assignment.</summary>
    public void Resume(IConsumer<byte[]?, byte[]?> consumer, IEnumerable<TopicPartition> held)
    {
        IsPausing = false;
        var stopped = held.Where(_paused.Contains).ToList();
        if (stopped.Count > 0)
        {
            consumer.Resume(stopped);
            _paused.ExceptWith(stopped);
        }
    }
}
