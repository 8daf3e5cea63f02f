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
    private readonly Func<IAnnouncementSource>? _announcements;

    /// <summary>Makes a reader; nothing is connected before <see cref="Read"/> is enumerated.</summary>
    /// <param name="options">Topic (NAME.embeddings) and consumer settings.</param>
    /// <param name="policy">What to do with a message that is no embedding.</param>
    /// <param name="maxValueBytes">A longer value counts as undecodable.</param>
    /// <param name="modelsTopic">
    /// NAME.models: what a dead branch published is left out (<see cref="DeadBranchFilter"/>). The topic is read to its end before the first
    /// message, and four times a second from then on. Default: every message is yielded.
    /// </param>
    public EmbeddingReader(
        TopicReaderOptions options,
        UndecodablePolicy policy = UndecodablePolicy.Throw,
        int maxValueBytes = EmbeddingCodec.DefaultMaxValueBytes,
        string? modelsTopic = null)
        : this(
            new TopicReader(options).Read,
            policy,
            maxValueBytes,
            modelsTopic is null ? null : () => new AnnouncementFollower(options with { Topic = modelsTopic }))
    {
    }

    internal EmbeddingReader(
        Func<CancellationToken, IEnumerable<ReceivedMessage>> messages,
        UndecodablePolicy policy,
        int maxValueBytes,
        Func<IAnnouncementSource>? announcements = null) =>
        (_messages, _policy, _maxValueBytes, _announcements) = (messages, policy, maxValueBytes, announcements);

    /// <summary>Messages that were passed over because they are no embeddings, over all enumerations.</summary>
    public long Skipped { get; private set; }

    /// <summary>Messages that were left out because a dead branch published them, over all enumerations.</summary>
    public long DroppedAsDead { get; private set; }

    /// <summary>Connects and yields embeddings and tombstones.</summary>
    /// <exception cref="TopicReadException">The broker cannot be reached, the topic is missing, or reading failed.</exception>
    /// <exception cref="WireFormatException">A message is no embedding and the policy is Throw.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<ReceivedEmbedding> Read(CancellationToken cancellation = default)
    {
        using SurvivorGate? gate = _announcements is null ? null : new SurvivorGate(_announcements(), TimeProvider.System);
        foreach (ReceivedMessage message in _messages(cancellation))
        {
            if (Decode(message) is not { } decoded)
            {
                continue;
            }

            if (gate?.Accept(decoded, cancellation) == false)
            {
                DroppedAsDead++;
                continue;
            }

            yield return new ReceivedEmbedding(message.Partition, message.Offset, decoded);
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
