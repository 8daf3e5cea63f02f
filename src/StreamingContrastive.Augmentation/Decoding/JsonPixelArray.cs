using System.Globalization;
using System.Text.Json;
using static StreamingContrastive.Augmentation.Decoding.DecodeErrors;

namespace StreamingContrastive.Augmentation.Decoding;

/// <summary>
/// Reads pixels from a JSON array: flat, or nested [rows][columns][channels] (for grey the last level may be missing). Nesting is
/// checked against the shape, so that channels-first data is refused instead of scrambled.
/// </summary>
internal sealed class JsonPixelArray
{
    private const int MaxDepth = 3;

    private readonly string _fieldName, _expected;
    private readonly int[] _sides;

    /// <summary>Arrays of one shape in one field.</summary>
    public JsonPixelArray(string fieldName, ImageShape shape)
    {
        _fieldName = fieldName;
        _sides = [shape.Height, shape.Width, shape.Channels];
        _expected = $"{shape.ByteCount} numbers, flat or nested [{shape.Height}][{shape.Width}][{shape.Channels}] (channels last)";
    }

    /// <summary>Reads from the array's start to its end; null when every pixel was written.</summary>
    public Rejection? Read(ref Utf8JsonReader reader, Span<byte> pixels)
    {
        Span<int> elements = stackalloc int[MaxDepth];
        elements.Clear();
        int depth = 1, numberDepth = 0, count = 0;
        while (depth > 0)
        {
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray when depth < MaxDepth:
                    elements[depth - 1]++;
                    elements[depth++] = 0;
                    break;
                case JsonTokenType.EndArray:
                    depth--;
                    bool nested = depth > 0 || numberDepth > 1;
                    if (nested && elements[depth] != _sides[depth])
                    {
                        return WrongShape($"level {depth + 1} has {elements[depth]} elements");
                    }

                    break;
                case JsonTokenType.Number:
                    numberDepth = numberDepth == 0 ? depth : numberDepth;
                    if (numberDepth != depth || count == pixels.Length)
                    {
                        return WrongShape(count == pixels.Length ? "it has more" : "it mixes numbers and arrays");
                    }

                    if (!TryReadLevel(ref reader, out pixels[count]))
                    {
                        return NotALevel(ref reader, count);
                    }

                    elements[depth - 1]++;
                    count++;
                    break;
                default:
                    return WrongShape($"it holds a {reader.TokenType} after {count} numbers");
            }
        }

        return count == pixels.Length ? null : WrongShape($"it has {count}");
    }

    private static bool TryReadLevel(ref Utf8JsonReader reader, out byte level)
    {
        if (reader.TryGetByte(out level))
        {
            return true;
        }

        if (!reader.TryGetDouble(out double value) || value is not (>= 0 and <= 255))
        {
            return false;
        }

        level = (byte)(value + 0.5);
        return true;
    }

    private Rejection NotALevel(ref Utf8JsonReader reader, int index)
    {
        string value = reader.TryGetDouble(out double number) ? number.ToString(CultureInfo.InvariantCulture) : "?";
        return Reject(BadField, $"Number {index} of the JSON field \"{_fieldName}\" is {value}; levels are 0..255.");
    }

    private Rejection WrongShape(string found) =>
        Reject(BadField, $"The array in the JSON field \"{_fieldName}\" must hold {_expected}; {found}.");
}
