using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>
/// Name of a checkpoint, EPOCH-STEP in fixed width, so that names sort as they follow each other. A checkpoint without a step
/// since the last one (a stream of tombstones) has -N behind it.
/// </summary>
/// <param name="Epoch">Lineage epoch, from 1.</param>
/// <param name="Step">Optimizer steps since the lineage's first.</param>
/// <param name="Sequence">Counts checkpoints of the same epoch and step, from 0.</param>
[JsonConverter(typeof(Converter))]
public readonly record struct CheckpointName(long Epoch, long Step, int Sequence = 0) : IComparable<CheckpointName>
{
    /// <inheritdoc />
    public int CompareTo(CheckpointName other) => (Epoch, Step, Sequence).CompareTo((other.Epoch, other.Step, other.Sequence));

    /// <summary>Earlier in (epoch, step) order.</summary>
    public static bool operator <(CheckpointName left, CheckpointName right) => left.CompareTo(right) < 0;

    /// <summary>Later in (epoch, step) order.</summary>
    public static bool operator >(CheckpointName left, CheckpointName right) => left.CompareTo(right) > 0;

    /// <summary>Not later in (epoch, step) order.</summary>
    public static bool operator <=(CheckpointName left, CheckpointName right) => left.CompareTo(right) <= 0;

    /// <summary>Not earlier in (epoch, step) order.</summary>
    public static bool operator >=(CheckpointName left, CheckpointName right) => left.CompareTo(right) >= 0;

    /// <summary>Reads a name as <see cref="ToString"/> writes it; nothing else is one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out CheckpointName name)
    {
        name = default;
        var parts = text?.Split('-') ?? [];
        if (parts.Length is < 2 or > 3
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var step))
        {
            return false;
        }

        var sequence = 0;
        if (parts.Length == 3 && !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out sequence))
        {
            return false;
        }

        name = new(epoch, step, sequence);
        return name.ToString() == text;
    }

    /// <inheritdoc />
    public override string ToString() => Sequence == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{Epoch:D10}-{Step:D12}")
        : string.Create(CultureInfo.InvariantCulture, $"{Epoch:D10}-{Step:D12}-{Sequence}");

    internal sealed class Converter : JsonConverter<CheckpointName>
    {
        public override CheckpointName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), out var name) ? name : throw new JsonException($"'{reader.GetString()}' is not the name of a checkpoint.");

        public override void Write(Utf8JsonWriter writer, CheckpointName value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
