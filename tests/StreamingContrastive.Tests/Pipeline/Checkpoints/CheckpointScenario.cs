using System.Text;
using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Checkpoints;

/// <summary>Small checkpoints whose content can be told from their name.</summary>
internal static class CheckpointScenario
{
    public const string Root = "/state/pipeline";
    public static readonly FakeTimeProvider Time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    public static readonly PartitionId Partition = new("records", 0);

    public static CheckpointStore Open(InMemoryDisk disk) => CheckpointStore.Open(Root, disk, Time);

    public static LineageStart Start(this CheckpointStore store, bool acceptRollback = false) =>
        store.StartLineage(new() { AcceptRollback = acceptRollback, Host = "host", ProcessId = 1 });

    public static CheckpointContent Content(long step, ulong? modelVersion = null) => new()
    {
        Step = step,
        ModelVersion = modelVersion ?? (ulong)step,
        SpaceId = "space",
        ClusterId = "cluster",
        TopicIds = new Dictionary<string, string> { ["records"] = "topic-id" },
        NextOffsets = new Dictionary<PartitionId, long> { [Partition] = step * 10, [new("records", 1)] = step },
        Counters = new(step * 9, step, 0, 3),
        Seed = 42,
        Configuration = "{\"name\":\"pipeline\"}"u8.ToArray(),
        Files = [new("weights.bin", s => s.Write(Weights(step))), new("queue.bin", s => s.Write(Weights(step + 1000)))],
        Outbox = OutboxOf(step),
    };

    public static Outbox OutboxOf(long step)
    {
        var outbox = new Outbox();
        outbox.Add(new("pipeline.embeddings", Weights(step), [1, 2, 3], [new RecordHeader("step", Encoding.UTF8.GetBytes($"{step}"))], step));
        outbox.Add(new("pipeline.embeddings", [7], null, [], -1));
        return outbox;
    }

    public static byte[] Weights(long step) => [.. Enumerable.Range(0, 40).Select(i => (byte)(step + (i * 7)))];

    /// <summary>Writes and commits a checkpoint as the writer does.</summary>
    public static CheckpointName CommitStep(this CheckpointStore store, EpochRecord epoch, long step, CheckpointName? parent = null)
    {
        var name = new CheckpointName(epoch.Epoch, step);
        store.Commit(store.Prepare(Content(step), new(name, parent, epoch.Parent)));
        return name;
    }

    public static void ShouldHoldStep(this LoadedCheckpoint loaded, long step)
    {
        loaded.Manifest.Step.ShouldBe(step);
        loaded.Manifest.OffsetTable()[Partition].ShouldBe(step * 10);
        loaded.Manifest.Counters.ToRunning().ShouldBe(new(step * 9, step, 0, 3));
        using var stream = loaded.OpenRead("weights.bin");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        memory.ToArray().ShouldBe(Weights(step));
        loaded.ReadOutbox().Records[0].Key.ShouldBe(Weights(step));
    }
}
