using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace StreamingContrastive.Contracts;

/// <summary>Turns the JSON library's complaints into ours.</summary>
internal static class JsonParsing
{
    public static T Parse<T>(byte[] value, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(value, type) ?? throw new WireFormatException("The value is the JSON word null; an object is expected.");
        }
        catch (JsonException e)
        {
            throw new WireFormatException($"The value ({value.Length} bytes) is not the JSON object that its content type promises: {e.Message}", e);
        }
    }
}
