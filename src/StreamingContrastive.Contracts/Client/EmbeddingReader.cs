namespace StreamingContrastive.Contracts.Client;

/// <summary>What a reader does with a message that is no embedding.</summary>
public enum UndecodablePolicy
{
    /// <summary>Stop with an exception that names its position.</summary>
    Throw,

    /// <summary>Go on and count it in <see cref="EmbeddingReader.Skipped"/>.</summary>
    Skip,
}

/// <summary>
/// Reads a pipeline's embeddings back: vectors and tombstones in the order of each partition. Not for use by several threads.
/// After a crash of the pipeline some messages may come twice: pass them through a <see cref="RepeatFilter"/>.
/// </summary>
public sealed class EmbeddingReader
{
    private readonly Func<CancellationToken, IEnumerable<ReceivedMessage>> _messages;
    private readonly UndecodablePolicy _policy;
    private readonly int _maxValueBytes;

    /// <summary>Makes a reader; nothing is connected before <see cref="Read"/> is enumerated.</summary>
    /// <param name="options">Topic (NAME.embeddings) and consumer settings.</param>
    /// <param name="policy">What to do with a message that is no embedding.</param>
    /// <param name="maxValueBytes">A longer value counts as undecodable.</param>
    public EmbeddingReader(
        TopicReaderOptions options,
        UndecodablePolicy policy = UndecodablePolicy.Throw,
        int maxValueBytes = EmbeddingCodec.DefaultMaxValueBytes)
        : this(new TopicReader(options).Read, policy, maxValueBytes)
    {
    }

    internal EmbeddingReader(Func<CancellationToken, IEnumerable<ReceivedMessage>> messages, UndecodablePolicy policy, int maxValueBytes) =>
        (_messages, _policy, _maxValueBytes) = (messages, policy, maxValueBytes);

    /// <summary>Messages that were passed over because they are no embeddings, over all enumerations.</summary>
    public long Skipped { get; private set; }

    /// <summary>Connects and yields embeddings and tombstones.</summary>
    /// <exception cref="TopicReadException">The broker cannot be reached, the topic is missing, or reading failed.</exception>
    /// <exception cref="WireFormatException">A message is no embedding and the policy is Throw.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<ReceivedEmbedding> Read(CancellationToken cancellation = default)
    {
        foreach (ReceivedMessage message in _messages(cancellation))
        {
            if (Decode(message) is { } decoded)
            {
                yield return new ReceivedEmbedding(message.Partition, message.Offset, decoded);
            }
        }
    }

    private EmbeddingMessage? Decode(ReceivedMessage message)
    {
        try
        {
            return EmbeddingCodec.Decode(message.Key, message.Value, message.Headers, _maxValueBytes);
        }
        catch (WireFormatException) when (_policy == UndecodablePolicy.Skip)
        {
            Skipped++;
            return null;
        }
        catch (WireFormatException e)
        {
            throw new WireFormatException(
                $"{message.Topic}[{message.Partition}] at offset {message.Offset} is no embedding: {e.Message} "
                + "A reader may pass over such messages with UndecodablePolicy.Skip.",
                e);
        }
    }
}
