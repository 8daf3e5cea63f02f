using Confluent.Kafka;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Kafka.Source;

/// <summary>Takes a message out of the client's types; nothing in it is changed or copied.</summary>
internal static class ConsumedRecord
{
    /// <summary>The record of a message.</summary>
    public static SourceRecord From(long offset, Message<byte[]?, byte[]?> message) => new(
        offset,
        message.Timestamp.Type == TimestampType.NotAvailable ? -1 : message.Timestamp.UnixTimestampMs,
        message.Key,
        message.Value,
        HeadersOf(message.Headers));

    private static RecordHeader[] HeadersOf(Headers? headers)
    {
        if (headers is null || headers.Count == 0)
        {
            return [];
        }

        var copy = new RecordHeader[headers.Count];
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] = new RecordHeader(headers[i].Key, headers[i].GetValueBytes());
        }

        return copy;
    }
}
