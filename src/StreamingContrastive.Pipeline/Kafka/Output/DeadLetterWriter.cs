using StreamingContrastive.Augmentation;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Output;

/// <summary>A record that cannot be trained on.</summary>
/// <param name="Record">The record as it was consumed.</param>
/// <param name="Rejection">Why.</param>
internal readonly record struct RefusedRecord(SourceRecord Record, Rejection Rejection);

/// <summary>
/// Writes refused records to NAME.dead-letters: key, value and headers untouched, then the dead-letter headers with an id that is the same
/// at every repeat (topic, partition and offset). What the producer may not send for its size is left out, and the letter says so.
/// Thread-safe.
/// </summary>
internal sealed class DeadLetterWriter
{
    private readonly OutputProducer _producer;
    private readonly string _pipeline;
    private readonly string _topic;

    /// <summary>Writes for a pipeline.</summary>
    /// <param name="producer">Not owned.</param>
    /// <param name="pipeline">The pipeline's name.</param>
    public DeadLetterWriter(OutputProducer producer, string pipeline) =>
        (_producer, _pipeline, _topic) = (producer, pipeline, new TopicNames(pipeline).DeadLetters);

    /// <summary>
    /// Completes when the broker has acknowledged all of them: only then may their offsets pass. One round trip a call, so a chunk's
    /// records go together.
    /// </summary>
    /// <exception cref="OutputException">One was not accepted; the offsets must not pass.</exception>
    public Task WriteAsync(PartitionId partition, IReadOnlyList<RefusedRecord> refused, CancellationToken cancellationToken)
    {
        var letters = new OutputRecord[refused.Count];
        for (int i = 0; i < letters.Length; i++)
        {
            letters[i] = LetterOf(partition, refused[i]);
        }

        return _producer.ProduceAsync(letters, cancellationToken);
    }

    private OutputRecord LetterOf(PartitionId partition, RefusedRecord refused)
    {
        var (record, rejection) = refused;
        var letter = new DeadLetter(
            new SourcePosition(partition.Topic, partition.Partition, record.Offset),
            rejection.Stage,
            rejection.ErrorType,
            rejection.Message,
            record.TimestampUnixMs);
        var message = DeadLetterHeaders.Encode(_pipeline, letter, record.Key, record.Value, record.Headers, _producer.MaxMessageBytes);
        return new OutputRecord(_topic, message.Key, message.Value, message.Headers, message.TimestampUnixMs);
    }
}
