using Confluent.Kafka;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>The consumer's settings: those that the protocol rests on are set, whatever the caller says; limits are defaults.</summary>
internal static class SourceConsumerConfig
{
    /// <summary>A completed copy; the argument is left alone.</summary>
    /// <exception cref="ArgumentException">There is no group id.</exception>
    public static ConsumerConfig Complete(ConsumerConfig config)
    {
        if (string.IsNullOrEmpty(config.GroupId))
        {
            throw new ArgumentException("The consumer has no group.id: set input:groupId, or leave it out to use the pipeline's name.", nameof(config));
        }

        var complete = new ConsumerConfig(config.ToDictionary(setting => setting.Key, setting => setting.Value))
        {
            // The client commits in the background what the source stores from the trainer's table: never what was merely consumed.
            EnableAutoCommit = true,
            EnableAutoOffsetStore = false,
            // An offset that is gone is the source's to decide (input:onGap), not the client's.
            AutoOffsetReset = AutoOffsetReset.Error,
            EnablePartitionEof = true,
        };
        complete.AutoCommitIntervalMs ??= 1000;
        if (complete.GroupProtocol != GroupProtocol.Consumer)
        {
            // Handlers get increments, and a gap is left by an incremental assignment. (The new group protocol does the same, and
            // refuses this setting.)
            complete.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky;
        }

        complete.IsolationLevel ??= IsolationLevel.ReadCommitted;
        // The channel is the buffer; the client's own would be 64 MiB that a rewind throws away.
        complete.QueuedMinMessages ??= 2000;
        complete.QueuedMaxMessagesKbytes ??= 4096;
        // A client whose small queue is full would otherwise look again only after a second.
        complete.FetchQueueBackoffMs ??= 20;
        return complete;
    }
}
