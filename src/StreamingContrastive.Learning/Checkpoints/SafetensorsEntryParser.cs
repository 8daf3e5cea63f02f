using System.Text.Json;

namespace StreamingContrastive.Learning.Checkpoints;

/// <summary>Reads one tensor's entry of a header and checks it against itself.</summary>
internal static class SafetensorsEntryParser
{
    public static SafetensorsEntry Parse(string name, JsonElement entry)
    {
        if (name.Length == 0)
        {
            throw new InvalidDataException("A tensor has no name: the header is damaged.");
        }

        HostTensorType type = ParseType(name, entry.GetProperty("dtype").GetString());
        long[] shape = ParseIntegers(name, "shape", entry.GetProperty("shape"));
        long[] offsets = ParseIntegers(name, "data_offsets", entry.GetProperty("data_offsets"));
        if (offsets is not [long begin, long end] || end < begin)
        {
            throw new InvalidDataException($"Tensor '{name}' has the data_offsets [{string.Join(", ", offsets)}]: they are [begin, end) with begin <= end.");
        }

        if (!HostTensorTypes.TryByteCount(type, shape, out long bytes) || bytes != end - begin)
        {
            throw new InvalidDataException(
                $"Tensor '{name}' lies in {end - begin} bytes, which do not fit {type} [{string.Join(", ", shape)}]: the header is damaged.");
        }

        return bytes <= Array.MaxLength
            ? new SafetensorsEntry(name, type, shape, begin, end)
            : throw new InvalidDataException($"Tensor '{name}' has {bytes} bytes; at most {Array.MaxLength} are read into one array.");
    }

    private static HostTensorType ParseType(string name, string? dtype)
    {
        // By name only: Enum.Parse would also take the number of a member.
        foreach (HostTensorType type in Enum.GetValues<HostTensorType>())
        {
            if (dtype == type.ToString())
            {
                return type;
            }
        }

        throw new InvalidDataException(
            $"Tensor '{name}' has the dtype '{dtype}'; this program reads {string.Join(", ", Enum.GetNames<HostTensorType>())}. Convert the tensor first.");
    }

    private static long[] ParseIntegers(string name, string key, JsonElement array)
    {
        var values = new long[array.GetArrayLength()];
        int i = 0;
        foreach (JsonElement element in array.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out values[i]) || values[i] < 0)
            {
                throw new InvalidDataException($"Tensor '{name}' has '{element.GetRawText()}' in its {key}: only whole numbers from 0 are allowed.");
            }

            i++;
        }

        return values;
    }
}
