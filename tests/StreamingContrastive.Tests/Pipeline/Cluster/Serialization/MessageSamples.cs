using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Pipeline.Cluster;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Tests.Pipeline.Cluster.Serialization;

/// <summary>One message of every type that crosses nodes, with every field set, the same in every run.</summary>
internal static class MessageSamples
{
    private static readonly Guid Ingest = new("11111111-2222-3333-4444-555555555555");
    private static readonly AssignmentEpoch Reading = new(new Guid("00000000-0000-0000-0000-00000000000a"), 7);
    private static readonly PartitionId Partition = new("records", 3);
    private static readonly SentRecords Sent = new(Ingest, 5, 123_456);
    private static readonly OffsetTable Table = new(5, ImmutableDictionary<PartitionId, long>.Empty.Add(Partition, 1000));

    /// <summary>By manifest. A function, since a chunk is used up by being sent.</summary>
    public static IReadOnlyDictionary<string, Func<IClusterMessage>> All { get; } = new Dictionary<string, Func<IClusterMessage>>
    {
        ["chunk"] = () => new ChunkReady(Chunk(), Sent),
        ["register"] = () => new RegisterIngest(Sent),
        ["gap"] = () => new GapFound(Partition, 10, 20, 5, Reading),
        ["offsets"] = () => Table,
        ["credit"] = () => new CreditGranted(5, Ingest, 99_999),
        ["rewind"] = () => new RewindPartition(Partition, 42, 5, Reading),
        ["commit"] = () => new CommitOffsets(Table),
    };

    /// <summary>Two pairs, a tombstone and two dead letters in [100, 110).</summary>
    public static PairChunk Chunk()
    {
        var context = new ActivityContext(
            ActivityTraceId.CreateFromString("0af7651916cd43dd8448eb211c80319c"), ActivitySpanId.CreateFromString("b7ad6b7169203331"), ActivityTraceFlags.Recorded, "a=1", isRemote: true);
        var received = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var source = new RecordChunk(Partition, 100, 110, 5, Reading, [], new ChunkTrace(context, received));
        PairMeta[] pairs =
        [
            new(101, -5, 77, 3, 1_700_000_000_000, [1, 2, 3], new RecordTrace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "b=2", received)),
            new(104, long.MaxValue, long.MinValue, -1, -1, null, default),
        ];
        return new PairChunk(source, pairs, [new Tombstone(102, [9])], [103L, 109L], new RowSizes(4, 6, 5), Rows(2 * 4, 1), Rows(2 * 6, 2), Rows(2 * 5, 3));
    }

    /// <summary>Every field of a message as text: a record's own equality stops at tables and buffers.</summary>
    public static string Text(object message) => message switch
    {
        ChunkReady { Chunk: var c } ready => string.Join(
            "\n",
            [
                $"{c.Partition} {c.From} {c.To} {c.LineageEpoch} {c.Assignment} {ready.Sent} {c.RowBytes}",
                $"{c.Trace.ReceivedAt:O} {c.Trace.Context.TraceId} {c.Trace.Context.SpanId} {c.Trace.Context.TraceFlags} {c.Trace.Context.TraceState}",
                .. c.Pairs.Select(p => $"{p with { Key = null }} {(p.Key is null ? "null" : Convert.ToHexString(p.Key))}"),
                .. c.Tombstones.Select(t => $"tombstone {t.Offset} {Convert.ToHexString(t.Key)}"),
                .. c.DeadLetterOffsets.Select(o => $"letter {o}"),
                Convert.ToHexString(c.Query), Convert.ToHexString(c.Key), Convert.ToHexString(c.Clean),
            ]),
        OffsetTable table => $"{table.LineageEpoch} {string.Join(' ', table.Next.OrderBy(n => n.Key.ToString()).Select(n => $"{n.Key}={n.Value}"))}",
        CommitOffsets commit => Text(commit.Table),
        _ => message.ToString()!,
    };

    private static byte[] Rows(int bytes, byte first)
    {
        var rows = ArrayPool<byte>.Shared.Rent(bytes);
        for (var i = 0; i < bytes; i++)
        {
            rows[i] = (byte)(first * 16 + i);
        }

        return rows;
    }
}
