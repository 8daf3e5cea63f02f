using System.Text;
using System.Text.Json;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;
using StreamingContrastive.Host.Configuration;

namespace StreamingContrastive.Host.Commands.Tail;

/// <summary>Turns the messages of one output topic into lines.</summary>
internal abstract class MessageLines
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The topic whose messages these are.</summary>
    public abstract string TopicOf(TopicNames names);

    /// <summary>A line for a person.</summary>
    /// <exception cref="WireFormatException">The message is not what the topic holds.</exception>
    public abstract string Text(ReceivedMessage message);

    /// <summary>The same as a JSON object: position, key and, as in topology/contracts, the value (null for a tombstone).</summary>
    /// <exception cref="WireFormatException">The message is not what the topic holds.</exception>
    public string Json(ReceivedMessage message)
    {
        var value = JsonValue(message);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonText.Indented.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("topic", message.Topic);
            json.WriteNumber("partition", message.Partition);
            json.WriteNumber("offset", message.Offset);
            json.WriteString("id", message.Headers.FindText(HeaderNames.Id));
            json.WriteString("key", Key(message.Key));
            json.WritePropertyName("value");
            if (value is null)
            {
                json.WriteNullValue();
            }
            else
            {
                json.WriteRawValue(value);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>The value as JSON, whatever format it has on the wire; null for a tombstone.</summary>
    protected abstract byte[]? JsonValue(ReceivedMessage message);

    /// <summary>A key for people: text where it is printable UTF-8, otherwise base64 with a prefix.</summary>
    protected static string? Key(byte[]? key)
    {
        if (key is null)
        {
            return null;
        }

        try
        {
            var text = Strict.GetString(key);
            return text.Any(char.IsControl) ? Base64(key) : text;
        }
        catch (DecoderFallbackException)
        {
            return Base64(key);
        }
    }

    private static string Base64(byte[] key) => "base64:" + Convert.ToBase64String(key);
}
