using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using static StreamingContrastive.Augmentation.Decoding.DecodeErrors;

namespace StreamingContrastive.Augmentation.Decoding;

/// <summary>
/// Reads a picture from one top-level field of a JSON object: a base64 string (PNG, JPEG, WebP), or an array of numbers
/// 0..255, flat or nested as rows, columns and channels (fractions are rounded to nearest). The first field of that name
/// counts; the rest of the object is read too, so a value that is damaged further on is refused. One per worker.
/// </summary>
internal sealed class JsonPictureReader
{
    private readonly byte[] _field;
    private readonly string _fieldName;
    private readonly SkiaPictureReader _pictures;
    private readonly JsonPixelArray _arrays;
    private byte[] _base64 = [];

    /// <summary>A reader of <paramref name="field"/>.</summary>
    public JsonPictureReader(string field, ImageShape shape, SkiaPictureReader pictures)
    {
        (_fieldName, _field) = (field, Encoding.UTF8.GetBytes(field));
        (_pictures, _arrays) = (pictures, new JsonPixelArray(field, shape));
    }

    /// <summary>Decodes into <paramref name="pixels"/>; their content is undefined after false.</summary>
    public bool TryRead(ReadOnlySpan<byte> json, Span<byte> pixels, out Rejection? rejection)
    {
        try
        {
            rejection = Read(json, pixels);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Utf8JsonReader reports bad input by exception only: the second type is its word for broken escapes and bad UTF-8.
            rejection = Reject(BadJson, $"The value is not valid JSON: {exception.Message}");
        }

        return rejection is null;
    }

    private Rejection? Read(ReadOnlySpan<byte> json, Span<byte> pixels)
    {
        if (json.StartsWith(Encoding.UTF8.Preamble))
        {
            json = json[Encoding.UTF8.Preamble.Length..];
        }

        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Reject(BadJson, $"The value is a JSON {reader.TokenType}; it must be an object with the field \"{_fieldName}\" (payload:jsonField).");
        }

        bool found = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool wanted = !found && reader.ValueTextEquals(_field);
            reader.Read();
            if (!wanted)
            {
                reader.Skip();
            }
            else if (ReadField(ref reader, pixels) is { } rejection)
            {
                return rejection;
            }

            found |= wanted;
        }

        // Beyond the object there must be nothing: the reader throws otherwise.
        reader.Read();
        return found ? null : Reject(MissingField, $"The JSON object has no field \"{_fieldName}\"; send it, or set payload:jsonField to the right name.");
    }

    private Rejection? ReadField(ref Utf8JsonReader reader, Span<byte> pixels) => reader.TokenType switch
    {
        JsonTokenType.String => ReadBase64(ref reader, pixels),
        JsonTokenType.StartArray => _arrays.Read(ref reader, pixels),
        _ => Reject(BadField, $"The JSON field \"{_fieldName}\" is {reader.TokenType}; it must be a base64 string or an array of numbers 0..255."),
    };

    private Rejection? ReadBase64(ref Utf8JsonReader reader, Span<byte> pixels)
    {
        int length = reader.ValueSpan.Length;
        if (_base64.Length < length)
        {
            _base64 = new byte[length];
        }

        // Some writers escape the slashes of base64, so the text is copied through the reader's unescaping.
        int characters = reader.CopyString(_base64);
        var status = Base64.DecodeFromUtf8InPlace(_base64.AsSpan(0, characters), out int bytes);
        if (status != OperationStatus.Done || bytes == 0)
        {
            return Reject(BadField, $"The JSON field \"{_fieldName}\" is a string of {characters} characters that is not base64 of a picture; send plain base64, without a data: prefix.");
        }

        _pictures.TryRead(_base64.AsSpan(0, bytes), pixels, out var rejection);
        return rejection;
    }
}
