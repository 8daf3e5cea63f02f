using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace StreamingContrastive.Contracts;

/// <summary>float32 vectors as little-endian bytes, copied as whole spans.</summary>
internal static class VectorBytes
{
    public static ByteString Encode(ReadOnlySpan<float> vector)
    {
        if (BitConverter.IsLittleEndian)
        {
            return ByteString.CopyFrom(MemoryMarshal.AsBytes(vector));
        }

        var swapped = new int[vector.Length];
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<float, int>(vector), swapped);
        return ByteString.CopyFrom(MemoryMarshal.AsBytes<int>(swapped));
    }

    public static float[] Decode(ReadOnlySpan<byte> bytes, uint dimension)
    {
        // Compared as 64 bits before anything is allocated: a dimension of 2^30 with no bytes behind it costs nothing.
        if (bytes.Length != (long)dimension * sizeof(float) || dimension == 0)
        {
            throw new WireFormatException(
                $"The vector has {bytes.Length} bytes and dimension is {dimension}; a vector has exactly 4 bytes per dimension, and at least one.");
        }

        var vector = new float[dimension];
        bytes.CopyTo(MemoryMarshal.AsBytes(vector.AsSpan()));
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> words = MemoryMarshal.Cast<float, int>(vector.AsSpan());
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        return vector;
    }
}
