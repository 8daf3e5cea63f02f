using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Pipeline.Cluster;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Operations;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;
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
        ["register"] = () => new RegisterIngest(Sent)
        {
            Node = "10.0.0.3:4053",
            Configuration = "a=1 b=2",
            Positions = [new PartitionPosition(Partition, 500, 900), new PartitionPosition(new PartitionId("records", 4), null, null)],
        },
        ["gap"] = () => new GapFound(Partition, 10, 20, 5, Reading),
        ["offsets"] = () => Table,
        ["credit"] = () => new CreditGranted(5, Ingest, 99_999),
        ["rewind"] = () => new RewindPartition(Partition, 42, 5, Reading),
        ["commit"] = () => new CommitOffsets(Table),
        ["refused"] = () => new IngestRefused(Ingest, "another pipeline"),
        ["standby"] = () => new StandbyReady("10.0.0.2:4053", "a=1 b=2", "directory", "0000000001-000000000200"),
        ["standbyrefused"] = () => new StandbyRefused("another directory"),
        ["watch"] = () => WatchTrainer.Instance,
        ["seen"] = () => new TrainerSeen(Progress(), 777),
        ["describe"] = () => DescribeTrainer.Instance,
        ["described"] = () => new TrainerDescribed(Status()),
        ["pause"] = () => new PauseTraining(true),
        ["checkpoint"] = () => TakeCheckpoint.Instance,
        ["stepdown"] = () => StepDown.Instance,
        ["answered"] = () => new OperationAnswered(new OperationResult(true, "done")),
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
        RegisterIngest register => $"{register.Sent} {register.Node} {register.Configuration} {string.Join(' ', register.Positions)}",
        TrainerSeen seen => $"{seen.Now} {seen.Progress with { DurableOffsets = ImmutableDictionary<PartitionId, long>.Empty }} {Text(new OffsetTable(0, seen.Progress.DurableOffsets))}",
        TrainerDescribed described => JsonSerializer.Serialize(described.Status),
        _ => message.ToString()!,
    };

    private static PipelineProgress Progress() => new()
    {
        LineageEpoch = 5,
        Step = 40,
        Trained = 800,
        DeadLettered = 3,
        Tombstones = 2,
        EmbeddingsPublished = 790,
        ModelVersion = 6,
        Checkpoint = "0000000005-000000000040",
        DurableOffsets = Table.Next,
        Lag = 17,
        Pending = 9,
        IsCollapseSuspected = true,
        LastCheckpoint = new CheckpointSeen("0000000005-000000000040", 40, 6, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), 12345, TimeSpan.FromMilliseconds(3), TimeSpan.FromSeconds(2)),
        Probe = new ProbeResult(40, 0.5, 0.6, 12.5),
        Drift = new DriftResult(40, 0.01, 0.3, 0.2),
        FirstStepTimestamp = 100,
        LastStepTimestamp = 700,
        LastPublishedTimestamp = 710,
        Timestamp = 720,
        TrainedThisRun = 600,
    };

    private static TrainerStatus Status() => new()
    {
        Node = "10.0.0.1:4053",
        LineageEpoch = 5,
        Step = 40,
        ModelVersion = 6,
        Checkpoint = "0000000005-000000000040",
        IsPaused = true,
        Trained = 800,
        Pending = 9,
        Lag = 0,
        RecordsPerSecond = 12.5,
        Ingests =
        [
            new IngestStatus("10.0.0.3:4053", 10, 100, 4.5, [new PartitionStatus("records", 0, 100, 9), new PartitionStatus("records", 1, -1, -1)]),
            new IngestStatus("10.0.0.4:4053", 11, 111, 0, []),
        ],
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
