using System.Numerics;
using System.Runtime.InteropServices;

namespace StreamingContrastive.Augmentation.Pixels;

/// <summary>
/// SIMD between grey levels and floats. Only multiply, add, min, max and conversion are used, one element at a time and never fused,
/// so every vector width (and the scalar tail) gives the same bits: a view made on one machine can be made again on another.
/// </summary>
internal static class PixelVectors
{
    /// <summary>Levels as floats; <paramref name="values"/> is at least as long as <paramref name="levels"/>.</summary>
    public static void ToSingle(ReadOnlySpan<byte> levels, Span<float> values)
    {
        values = values[..levels.Length];
        int i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            int lanes = Vector<float>.Count;
            for (; i <= levels.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                Widen(new Vector<byte>(levels[i..]), out var a, out var b, out var c, out var d);
                a.CopyTo(values[i..]);
                b.CopyTo(values[(i + lanes)..]);
                c.CopyTo(values[(i + (2 * lanes))..]);
                d.CopyTo(values[(i + (3 * lanes))..]);
            }
        }

        for (; i < levels.Length; i++)
        {
            values[i] = levels[i];
        }
    }

    /// <summary>Floats as levels: rounded to nearest (halves up), clamped to 0..255.</summary>
    public static void ToLevels(ReadOnlySpan<float> values, Span<byte> levels)
    {
        levels = levels[..values.Length];
        int i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            int lanes = Vector<float>.Count;
            for (; i <= values.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                Narrow(
                    new Vector<float>(values[i..]),
                    new Vector<float>(values[(i + lanes)..]),
                    new Vector<float>(values[(i + (2 * lanes))..]),
                    new Vector<float>(values[(i + (3 * lanes))..])).CopyTo(levels[i..]);
            }
        }

        for (; i < values.Length; i++)
        {
            levels[i] = ToLevel(values[i]);
        }
    }

    /// <summary>In place: level = gain x level + bias, rounded to nearest and clamped.</summary>
    public static void Scale(Span<byte> levels, float gain, float bias)
    {
        int i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var gains = new Vector<float>(gain);
            var biases = new Vector<float>(bias);
            for (; i <= levels.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                Widen(new Vector<byte>(levels[i..]), out var a, out var b, out var c, out var d);
                Narrow((a * gains) + biases, (b * gains) + biases, (c * gains) + biases, (d * gains) + biases).CopyTo(levels[i..]);
            }
        }

        for (; i < levels.Length; i++)
        {
            levels[i] = ToLevel((levels[i] * gain) + bias);
        }
    }

    /// <summary>result = from + (to - from) x share.</summary>
    public static void Blend(ReadOnlySpan<float> from, ReadOnlySpan<float> to, float share, Span<float> result)
    {
        to = to[..from.Length];
        result = result[..from.Length];
        var shares = new Vector<float>(share);
        var fromVectors = MemoryMarshal.Cast<float, Vector<float>>(from);
        var toVectors = MemoryMarshal.Cast<float, Vector<float>>(to);
        var resultVectors = MemoryMarshal.Cast<float, Vector<float>>(result);
        for (int i = 0; i < fromVectors.Length; i++)
        {
            resultVectors[i] = fromVectors[i] + ((toVectors[i] - fromVectors[i]) * shares);
        }

        for (int i = fromVectors.Length * Vector<float>.Count; i < from.Length; i++)
        {
            result[i] = from[i] + ((to[i] - from[i]) * share);
        }
    }

    /// <summary>sum += weight x row.</summary>
    public static void Accumulate(ReadOnlySpan<float> row, float weight, Span<float> sum)
    {
        sum = sum[..row.Length];
        var weights = new Vector<float>(weight);
        var rowVectors = MemoryMarshal.Cast<float, Vector<float>>(row);
        var sumVectors = MemoryMarshal.Cast<float, Vector<float>>(sum);
        for (int i = 0; i < rowVectors.Length; i++)
        {
            sumVectors[i] += rowVectors[i] * weights;
        }

        for (int i = rowVectors.Length * Vector<float>.Count; i < row.Length; i++)
        {
            sum[i] += row[i] * weight;
        }
    }

    /// <summary>One float as a level: rounded to nearest (halves up), clamped to 0..255.</summary>
    public static byte ToLevel(float value) => (byte)(int)MathF.Min(MathF.Max(value + 0.5f, 0f), 255f);

    private static void Widen(Vector<byte> levels, out Vector<float> a, out Vector<float> b, out Vector<float> c, out Vector<float> d)
    {
        Vector.Widen(levels, out Vector<ushort> low, out Vector<ushort> high);
        Vector.Widen(low, out Vector<uint> first, out Vector<uint> second);
        Vector.Widen(high, out Vector<uint> third, out Vector<uint> fourth);

        // Signed conversion is one instruction everywhere; unsigned is not. Levels fit both.
        a = Vector.ConvertToSingle(Vector.AsVectorInt32(first));
        b = Vector.ConvertToSingle(Vector.AsVectorInt32(second));
        c = Vector.ConvertToSingle(Vector.AsVectorInt32(third));
        d = Vector.ConvertToSingle(Vector.AsVectorInt32(fourth));
    }

    private static Vector<byte> Narrow(Vector<float> a, Vector<float> b, Vector<float> c, Vector<float> d) =>
        Vector.Narrow(Vector.Narrow(ToLevels(a), ToLevels(b)), Vector.Narrow(ToLevels(c), ToLevels(d)));

    private static Vector<uint> ToLevels(Vector<float> values)
    {
        var clamped = Vector.Min(Vector.Max(values + new Vector<float>(0.5f), Vector<float>.Zero), new Vector<float>(255f));

        // Native conversion: the clamp above keeps every lane inside the range where platforms agree.
        return Vector.AsVectorUInt32(Vector.ConvertToInt32Native(clamped));
    }
}
