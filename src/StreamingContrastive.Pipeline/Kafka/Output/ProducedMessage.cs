using Confluent.Kafka;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Output;

/// <summary>Puts an output into the client's types; key, value and header bytes are not copied.</summary>
internal static class ProducedMessage
{
    /// <summary>The message of a record.</summary>
    public static Message<byte[]?, byte[]?> From(OutputRecord record)
    {
        var message = new Message<byte[]?, byte[]?>
        {
            Key = record.Key,
            Value = record.Value,
            Timestamp = record.TimestampUnixMs < 0 ? Timestamp.Default : new Timestamp(record.TimestampUnixMs, TimestampType.CreateTime),
        };
        if (record.Headers.Count > 0)
        {
            message.Headers = [];
            for (int i = 0; i < record.Headers.Count; i++)
            {
                message.Headers.Add(record.Headers[i].Key, record.Headers[i].Value);
            }
        }

        return message;
    }
}
