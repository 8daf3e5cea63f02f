using System.Buffers;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.IntegrationTests.Hosting;

/// <summary>What happens to a message on its road.</summary>
public enum FaultKind
{
    /// <summary>It never arrives.</summary>
    Drop,

    /// <summary>It arrives twice.</summary>
    Repeat,

    /// <summary>The next one in its direction arrives before it.</summary>
    Reorder,
}

/// <summary>One fault on one message: the nth that the condition holds for.</summary>
/// <param name="Hop">Its name, for messages.</param>
/// <param name="Kind">What happens to it.</param>
/// <param name="Which">Which messages are counted.</param>
/// <param name="Nth">Which of them is hit, from 1.</param>
internal sealed record RoadFault(string Hop, FaultKind Kind, Func<object, bool> Which, int Nth = 1)
{
    private int _met;

    public bool Injected { get; private set; }

    /// <summary>True for the message that is to be hit.</summary>
    public bool Hits(object message) => !Injected && Which(message) && ++_met == Nth && (Injected = true);

    /// <summary>A second copy of a message; a chunk's buffers belong to whoever receives it, so a copy has its own.</summary>
    public static object Copy(object message) => message is ChunkReady ready ? ready with { Chunk = Copy(ready.Chunk) } : message;

    private static PairChunk Copy(PairChunk chunk) => new(
        new RecordChunk(chunk.Partition, chunk.From, chunk.To, chunk.LineageEpoch, chunk.Assignment, [], chunk.Trace),
        chunk.Pairs, chunk.Tombstones, chunk.DeadLetterOffsets, chunk.RowBytes, Rent(chunk.Query), Rent(chunk.Key), Rent(chunk.Clean));

    private static byte[] Rent(ReadOnlySpan<byte> rows)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, rows.Length));
        rows.CopyTo(buffer);
        return buffer;
    }
}
