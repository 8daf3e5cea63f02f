using System.Diagnostics;
using Google.Protobuf;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Pipeline.Cluster.Serialization;

/// <summary>All of a chunk but its rows, to the wire and back.</summary>
internal static class ChunkHeaderWire
{
    /// <summary>To the wire.</summary>
    public static Wire.ChunkHeader Write(PairChunk chunk, SentRecords sent)
    {
        var header = new Wire.ChunkHeader
        {
            From = TrainerWire.Write(chunk.Partition, chunk.From),
            To = chunk.To,
            LineageEpoch = chunk.LineageEpoch,
            Assignment = TrainerWire.Write(chunk.Assignment),
            Sent = IngestWire.Write(sent),
            QueryRowBytes = chunk.RowBytes.Query,
            KeyRowBytes = chunk.RowBytes.Key,
            CleanRowBytes = chunk.RowBytes.Clean,
            ReceivedTicks = chunk.Trace.ReceivedAt.UtcTicks,
        };
        Trace(header, chunk.Trace.Context);
        foreach (var pair in chunk.Pairs)
        {
            header.Pairs.Add(Write(pair, chunk.From));
        }

        foreach (var tombstone in chunk.Tombstones)
        {
            header.Tombstones.Add(new Wire.Tombstone { Offset = tombstone.Offset - chunk.From, Key = UnsafeByteOperations.UnsafeWrap(tombstone.Key) });
        }

        foreach (var letter in chunk.DeadLetterOffsets)
        {
            header.DeadLetters.Add(letter - chunk.From);
        }

        return header;
    }

    /// <summary>Range and reading of the chunk.</summary>
    public static RecordChunk Source(Wire.ChunkHeader header)
    {
        var (partition, from) = (WireChecks.Partition(header.From, "chunk.from"), WireChecks.Count(header.From.Offset, "chunk.from.offset"));
        var records = header.Pairs.Count + header.Tombstones.Count + header.DeadLetters.Count;
        if (header.To < from || records > Math.Min(RecordChunk.MaxRecords, header.To - from))
        {
            throw new ClusterMessageException($"A 'chunk' message from another node has {records} records in {partition} [{from}, {header.To}); it may have {RecordChunk.MaxRecords}, each with an offset of its own.");
        }

        return new RecordChunk(
            partition, from, header.To, WireChecks.Count(header.LineageEpoch, "chunk.lineage_epoch"), TrainerWire.Read(header.Assignment, "chunk.assignment"), [],
            new ChunkTrace(Context(header), WireChecks.Time(header.ReceivedTicks, "chunk.received_ticks")));
    }

    /// <summary>The pairs.</summary>
    public static PairMeta[] Pairs(Wire.ChunkHeader header)
    {
        var pairs = new PairMeta[header.Pairs.Count];
        var last = -1L;
        for (var i = 0; i < pairs.Length; i++)
        {
            var wire = header.Pairs[i];
            last = Within(header, wire.Offset, last, "chunk.pairs.offset");
            pairs[i] = new PairMeta(
                header.From.Offset + last, wire.RecordId, wire.InputHash, (int)Math.Min(wire.LabelPlusOne, int.MaxValue) - 1, wire.EventTimeUnixMs,
                wire.HasKey ? wire.Key.ToByteArray() : null, TraceOf(wire));
        }

        return pairs;
    }

    /// <summary>The tombstones.</summary>
    public static Tombstone[] Tombstones(Wire.ChunkHeader header)
    {
        var tombstones = new Tombstone[header.Tombstones.Count];
        var last = -1L;
        for (var i = 0; i < tombstones.Length; i++)
        {
            last = Within(header, header.Tombstones[i].Offset, last, "chunk.tombstones.offset");
            tombstones[i] = new Tombstone(header.From.Offset + last, header.Tombstones[i].Key.ToByteArray());
        }

        return tombstones;
    }

    /// <summary>Offsets of the dead letters.</summary>
    public static long[] Letters(Wire.ChunkHeader header)
    {
        var letters = new long[header.DeadLetters.Count];
        var last = -1L;
        for (var i = 0; i < letters.Length; i++)
        {
            last = Within(header, header.DeadLetters[i], last, "chunk.dead_letters");
            letters[i] = header.From.Offset + last;
        }

        return letters;
    }

    private static Wire.Pair Write(in PairMeta pair, long from)
    {
        var wire = new Wire.Pair
        {
            Offset = pair.Offset - from,
            RecordId = pair.RecordId,
            InputHash = pair.InputHash,
            LabelPlusOne = (uint)(pair.Label + 1),
            EventTimeUnixMs = pair.EventTimeUnixMs,
        };
        if (pair.Key is { } key)
        {
            wire.Key = UnsafeByteOperations.UnsafeWrap(key); // Nobody writes to a record's key, and the message is written before it is let go.
        }

        if (pair.Trace is { TraceParent: { } parent } trace)
        {
            wire.TraceParent = parent;
            wire.TraceState = trace.TraceState ?? "";
            wire.ReceivedTicks = trace.ReceivedAt.UtcTicks;
        }

        return wire;
    }

    // What another node says of a trace is read as what a producer says of it: checked, and dropped where it is malformed.
    private static RecordTrace TraceOf(Wire.Pair wire) => wire.TraceParent.Length == 0 ? default : RecordTrace.Parse(
        System.Text.Encoding.ASCII.GetBytes(wire.TraceParent), System.Text.Encoding.ASCII.GetBytes(wire.TraceState), WireChecks.Time(wire.ReceivedTicks, "chunk.pairs.received_ticks"));

    private static long Within(Wire.ChunkHeader header, long distance, long last, string name) => distance > last && distance < header.To - header.From.Offset
        ? distance
        : throw new ClusterMessageException($"The field {name} of a message from another node is {distance} after {last}; offsets ascend, and this range has {header.To - header.From.Offset}.");

    private static void Trace(Wire.ChunkHeader header, ActivityContext context)
    {
        if (context == default)
        {
            return;
        }

        Span<byte> id = stackalloc byte[16];
        context.TraceId.CopyTo(id);
        header.TraceId = ByteString.CopyFrom(id);
        context.SpanId.CopyTo(id[..8]);
        header.SpanId = ByteString.CopyFrom(id[..8]);
        header.TraceFlags = (uint)context.TraceFlags;
        header.TraceState = context.TraceState ?? "";
    }

    private static ActivityContext Context(Wire.ChunkHeader header) => header.TraceId.Length == 16 && header.SpanId.Length == 8
        ? new ActivityContext(
            ActivityTraceId.CreateFromBytes(header.TraceId.Span), ActivitySpanId.CreateFromBytes(header.SpanId.Span),
            (ActivityTraceFlags)(header.TraceFlags & 1), header.TraceState.Length == 0 ? null : header.TraceState, isRemote: true)
        : default;
}
