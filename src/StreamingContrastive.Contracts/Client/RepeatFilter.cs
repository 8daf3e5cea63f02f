namespace StreamingContrastive.Contracts.Client;

/// <summary>
/// Drops messages that a restarted pipeline sent again. Memory: two numbers for each pair of an output and an input
/// partition, and each part of records that have several, however long the stream is. Not for use by several threads.
/// </summary>
/// <remarks>
/// Within one lineage epoch a record is published once, and the records of an input partition reach an output partition in
/// the order of their offsets; a repeat steps back. So the filter remembers, per output and input partition, the epoch and
/// the highest offset, and drops what does not lie above it: what an id in a set would tell, without the set. A higher epoch
/// starts again at any offset, because a pipeline may be rewound on purpose and its vectors are then new. A lower epoch comes
/// after a higher one only when an outbox is sent again or when a trainer that was thought dead wakes up: dropped.
/// With immediate delivery a record that was computed again after a crash has a new epoch and a new id and passes: it is not
/// a repeat. A tombstone that another program wrote carries no position and passes.
/// Use one filter for one reading, of one topic or of those of all parts: a second reading from the beginning is a repeat of the first.
/// </remarks>
public sealed class RepeatFilter
{
    private readonly Dictionary<(string? Part, int Output, string Topic, int Partition), (long Epoch, long Offset)> _highest = [];

    /// <summary>Messages that were dropped.</summary>
    public long Dropped { get; private set; }

    /// <summary>True for a message that was not seen before; each message is asked about once, in its partition's order.</summary>
    public bool Accept(ReceivedEmbedding received)
    {
        ArgumentNullException.ThrowIfNull(received);
        if (received.Message.Source is not { } source)
        {
            return true;
        }

        var pair = (received.Message.Part, received.Partition, source.Topic, source.Partition);
        var position = (received.Message.LineageEpoch, source.Offset);
        if (_highest.TryGetValue(pair, out (long Epoch, long Offset) highest) && position.CompareTo(highest) <= 0)
        {
            Dropped++;
            return false;
        }

        _highest[pair] = position;
        return true;
    }
}
