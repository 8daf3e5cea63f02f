using System.Text;
using Confluent.Kafka;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Output;

/// <summary>A message was not acknowledged, and the client has given up; the text says which one and what to do.</summary>
internal sealed class OutputException : Exception
{
    private const int KeyCharacters = 40;

    private OutputException(string message, ErrorCode code, bool isFatal, Exception? cause)
        : base(message, cause) =>
        (Code, IsFatal) = (code, isFatal);

    /// <summary>Kafka's or the client's error.</summary>
    public ErrorCode Code { get; }

    /// <summary>True when the producer can send nothing any more.</summary>
    public bool IsFatal { get; }

    /// <summary>Describes the failure of one record.</summary>
    /// <param name="error">The client's error.</param>
    /// <param name="records">The batch.</param>
    /// <param name="position">The record's place in it.</param>
    /// <param name="config">The producer's settings, for the limits.</param>
    /// <param name="cause">The client's exception, if there was one.</param>
    public static OutputException For(Error error, IReadOnlyList<OutputRecord> records, int position, ProducerConfig config, Exception? cause = null)
    {
        var record = records[position];
        string what = $"Record {position + 1} of {records.Count} for topic {record.Topic} (key {Describe(record.Key)}, "
            + $"value of {record.Value?.Length.ToString() ?? "null"} bytes) was not accepted: {error.Reason} ({error.Code}).";
        return new OutputException($"{what} {Mend(error, record, config)}", error.Code, error.IsFatal || error.Code == ErrorCode.Local_Fatal, cause);
    }

    private static string Mend(Error error, OutputRecord record, ProducerConfig config) => error.Code switch
    {
        ErrorCode.MsgSizeTooLarge =>
            $"The client sends at most {config.MessageMaxBytes ?? OutputProducerConfig.DefaultMaxMessageBytes} bytes a message, key and headers "
            + "included: raise message.max.bytes in kafka:producer and max.message.bytes of the topic, or bound the input's values.",
        ErrorCode.Local_MsgTimedOut =>
            $"No broker acknowledged it within {config.MessageTimeoutMs ?? 300_000} ms (message.timeout.ms in kafka:producer): see whether "
            + $"{config.BootstrapServers} answers.",
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition =>
            $"Create the topic {record.Topic} first: `topics ensure PIPELINE.json`.",
        ErrorCode.TopicAuthorizationFailed => $"Give the client WRITE on the topic {record.Topic}.",
        ErrorCode.ClusterAuthorizationFailed => "Give the client IDEMPOTENT_WRITE on the cluster.",
        ErrorCode.InvalidRecord => "A compacted topic refuses null keys: see its cleanup.policy.",
        _ => "The outputs stay in the checkpoint and are sent again by the next start.",
    };

    private static string Describe(byte[]? key)
    {
        if (key is null)
        {
            return "null";
        }

        // Keys are anybody's bytes; what is no text is shown as hexadecimal.
        string text = Encoding.UTF8.GetString(key);
        string shown = text.Any(c => char.IsControl(c) || c == '\uFFFD') ? "0x" + Convert.ToHexString(key) : $"'{text}'";
        return shown.Length <= KeyCharacters ? shown : shown[..KeyCharacters] + "...";
    }
}
