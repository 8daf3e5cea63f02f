namespace StreamingContrastive.Contracts.Client;

/// <summary>
/// Reads NAME.embeddings as a <see cref="TopicReader"/> does, without what dead branches published. For those who want the messages as
/// they are; an <see cref="EmbeddingReader"/> decodes them. A message that is no embedding is yielded: it belongs to no branch.
/// </summary>
/// <param name="options">Topic (NAME.embeddings) and consumer settings.</param>
/// <param name="modelsTopic">NAME.models.</param>
public sealed class SurvivingMessages(TopicReaderOptions options, string modelsTopic)
{
    /// <summary>Messages that were left out, over all enumerations.</summary>
    public long Dropped { get; private set; }

    /// <summary>Connects and yields the messages; may be enumerated again, from the beginning.</summary>
    /// <exception cref="TopicReadException">The broker cannot be reached, a topic is missing, or reading failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<ReceivedMessage> Read(CancellationToken cancellation = default)
    {
        using var gate = new SurvivorGate(new AnnouncementFollower(options with { Topic = modelsTopic }), TimeProvider.System);
        foreach (ReceivedMessage message in new TopicReader(options).Read(cancellation))
        {
            if (TryDecode(message) is { } decoded && !gate.Accept(decoded, cancellation))
            {
                Dropped++;
                continue;
            }

            yield return message;
        }
    }

    private static EmbeddingMessage? TryDecode(ReceivedMessage message)
    {
        try
        {
            return EmbeddingCodec.Decode(message.Key, message.Value, message.Headers);
        }
        catch (WireFormatException)
        {
            return null;
        }
    }
}
