using System.Diagnostics.Metrics;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Tests.Pipeline.Ingest;

public sealed class DeadLetterStageTests : IDisposable
{
    private readonly PipelineMetrics _metrics = new();
    private readonly List<long> _written = [];

    [Fact]
    public async Task PassAsync_RejectedRecords_AreWrittenBeforeTheChunkPasses()
    {
        var acknowledged = new TaskCompletionSource();
        var stage = Stage(new DeadLetterOptions(), acknowledged.Task);

        var passing = stage.PassAsync(Chunk(good: [1, 3], bad: [2]));

        _written.ShouldBe([2]);
        passing.IsCompleted.ShouldBeFalse();
        acknowledged.SetResult();
        await passing;
    }

    [Fact]
    public async Task PassAsync_PolicyFail_NamesRecordAndReason()
    {
        var stage = Stage(new DeadLetterOptions { Policy = BadRecordPolicy.Fail }, Task.CompletedTask);

        var thrown = await Should.ThrowAsync<BadRecordException>(() => stage.PassAsync(Chunk(good: [], bad: [2])));

        thrown.Message.ShouldContain("records[0] offset 2");
        thrown.Message.ShouldContain("too short");
        _written.ShouldBeEmpty();
    }

    [Fact]
    public async Task PassAsync_ShareAboveTheLimit_StopsWithExamples()
    {
        var stage = Stage(new DeadLetterOptions { MaxShare = 0.1, WindowRecords = 10 }, Task.CompletedTask);

        await stage.PassAsync(Chunk(good: [1, 2, 3], bad: [4]));
        var thrown = await Should.ThrowAsync<BadRecordException>(() => stage.PassAsync(Chunk(good: [5], bad: [6])));

        thrown.Message.ShouldContain("records[0] offset 4: decode, WrongLength: too short");
        thrown.Message.ShouldContain("records[0] offset 6: decode, WrongLength: too short");
    }

    /// <summary>Seen red with the count beside the write: a rewind counted the record again.</summary>
    [Fact]
    public async Task PassAsync_RecordsReadAgain_AreWrittenAgainAndCountedOnce()
    {
        var counted = 0;
        using var listener = new MeterListener { InstrumentPublished = (i, l) => l.EnableMeasurementEvents(i) };
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) => counted += i.Name == "contrastive.records.dead_lettered" && Reason(tags) == "ReadAgain" ? (int)value : 0);
        listener.Start();
        var stage = Stage(new DeadLetterOptions(), Task.CompletedTask);

        await stage.PassAsync(Chunk(good: [1], bad: [2, 3], "ReadAgain"));
        await stage.PassAsync(Chunk(good: [1], bad: [2, 3, 4], "ReadAgain"));

        _written.ShouldBe([2, 3, 2, 3, 4]);
        counted.ShouldBe(3);
    }

    public void Dispose() => _metrics.Dispose();

    private DeadLetterStage Stage(DeadLetterOptions options, Task acknowledged) => new(
        options,
        (_, rejected, _) =>
        {
            _written.AddRange(rejected.Select(r => r.Record.Offset));
            return acknowledged;
        },
        new DeadLetterWindow(options.MaxShare, options.WindowRecords),
        _metrics);

    private static string? Reason(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == "error.type")
            {
                return tag.Value as string;
            }
        }

        return null;
    }

    private static PairsConstructed Chunk(long[] good, long[] bad, string reason = "WrongLength")
    {
        var source = new RecordChunk(new PartitionId("records", 0), 0, 100, 1, new AssignmentEpoch(Guid.Empty, 1), [], default);
        var pairs = good.Select(offset => new PairMeta(offset, offset, 0, -1, -1, null, default)).ToList();
        return new PairsConstructed(
            new PairChunk(source, pairs, [], bad, 1, new byte[16], new byte[16], new byte[16]),
            [.. bad.Select(offset => new RefusedRecord(new SourceRecord(offset, -1, null, [], []), new Rejection("decode", reason, "too short")))]);
    }
}
