using System.Text;
using System.Text.Json;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.IntegrationTests.Hosting;

public sealed class WholePipelineTests
{
    [Theory]
    [InlineData(DeliveryMode.Checkpointed, EmbeddingFormat.Protobuf)]
    [InlineData(DeliveryMode.Immediate, EmbeddingFormat.Json)]
    [InlineData(DeliveryMode.Checkpointed, EmbeddingFormat.Qdrant)]
    public async Task Run_PicturesOverKafka_EveryRecordIsTrainedOnceAndEmbeddedOnce(DeliveryMode delivery, EmbeddingFormat format)
    {
        await using var harness = new PipelineHarness();
        harness.Options = harness.Options with { Output = harness.Options.Output with { Delivery = delivery, Format = format } };
        const int records = 500; // No multiple of the batch: a bounded run trains the remainder too.
        const int first = 300; // Enough for a checkpoint; the rest comes when its version embeds.
        await harness.ProducePicturesAsync(0, first);
        await using var run = await harness.StartAsync(records);
        while (run.Progress.Current.ModelVersion < 2)
        {
            await run.Progress.ChangedAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        }

        await harness.ProducePicturesAsync(first, records - first);
        await run.Completion.WaitAsync(TimeSpan.FromMinutes(2));

        var progress = run.Progress.Current;
        progress.Trained.ShouldBe(records);
        progress.Consumed.ShouldBe(records);
        progress.EmbeddingsPublished.ShouldBe(records);
        var embeddings = harness.ReadEmbeddings().Cast<PublishedEmbedding>().ToList();
        embeddings.Count.ShouldBe(records);
        embeddings.Select(e => e.Source).Distinct().Count().ShouldBe(records);
        embeddings.Select(e => e.Id).Distinct().Count().ShouldBe(records);
        embeddings.ShouldAllBe(e => Math.Abs(Length(e) - 1) < 1e-5);
        embeddings.Select(e => e.SpaceId).Distinct().Count().ShouldBe(1);
        embeddings.Min(e => e.ModelVersion).ShouldBe(1);
        embeddings.Max(e => e.ModelVersion).ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Run_NullsPoisonAndTombstones_AreCountedAndKeptAsDesigned()
    {
        await using var harness = new PipelineHarness();
        await harness.ProducePicturesAsync(0, 90);
        await harness.ProduceAsync(
        [
            harness.Picture(90) with { Key = null },
            harness.Picture(1) with { Value = null },
            harness.Picture(91) with { Value = [] },
            harness.Picture(92) with { Value = new byte[10] },
            harness.Picture(93) with { Headers = [new RecordHeader("label", "boot"u8.ToArray())] },
            harness.Picture(94) with { Key = null, Value = null },
        ]);

        var progress = await harness.RunAsync(96);

        progress.Trained.ShouldBe(91);
        progress.Tombstones.ShouldBe(1);
        progress.DeadLettered.ShouldBe(4);
        progress.Consumed.ShouldBe(96);
        var messages = harness.ReadEmbeddings();
        messages.OfType<PublishedEmbedding>().Count().ShouldBe(91);
        var tombstone = messages.OfType<PublishedTombstone>().ShouldHaveSingleItem();
        Encoding.UTF8.GetString(tombstone.Key!).ShouldBe("1");
        var letters = harness.Read("test.dead-letters");
        letters.Select(l => l.Headers.FindText(HeaderNames.DeadLetterErrorType)).Order()
            .ShouldBe(["BadLabel", "EmptyValue", "TombstoneWithoutKey", "WrongLength"]);
        letters.ShouldAllBe(l => l.Headers.FindText(HeaderNames.DeadLetterTopic) == "records");
    }

    [Fact]
    public async Task Run_QdrantFormat_PointsAndTombstonesHaveTheSinksShape()
    {
        await using var harness = new PipelineHarness();
        harness.Options = harness.Options with { Output = harness.Options.Output with { Format = EmbeddingFormat.Qdrant } };
        await harness.ProducePicturesAsync(0, 95);
        await harness.ProduceAsync([harness.Picture(1) with { Value = null }]);
        var ids = new QdrantPointIds("test");

        await harness.RunAsync(96);

        var messages = harness.Read("test.embeddings");
        var points = messages.Where(m => m.Value is not null).Select(m => JsonDocument.Parse(m.Value!).RootElement).ToList();
        points.Count.ShouldBe(95);
        points.ShouldAllBe(p => p.GetProperty("collection_name").GetString() == "test");
        points.Select(p => p.GetProperty("id").GetGuid()).Order()
            .ShouldBe(Enumerable.Range(0, 95).Select(i => ids.Of(Encoding.UTF8.GetBytes($"{i}"))).Order());
        points.ShouldAllBe(p => p.GetProperty("vector").GetArrayLength() == points[0].GetProperty("vector").GetArrayLength());

        // What the sink deletes by, and what compaction compares, is the key that the record's own point came under.
        var tombstone = messages.Where(m => m.Value is null).ShouldHaveSingleItem();
        var deleted = messages.Where(m => m.Value is not null && m.Key!.SequenceEqual(tombstone.Key!)).ShouldHaveSingleItem();
        JsonDocument.Parse(deleted.Value!).RootElement.GetProperty("payload").GetProperty("key").GetString().ShouldBe("1");
        harness.Read("test.metrics").ShouldAllBe(m => m.Headers.FindText(HeaderNames.ContentType) == MediaTypes.Json);
        harness.Read("test.models").ShouldAllBe(m => m.Headers.FindText(HeaderNames.ContentType) == MediaTypes.Json);
    }

    [Fact]
    public async Task Run_TooMuchPoison_StopsAndShowsExamples()
    {
        await using var harness = new PipelineHarness(partitions: 1);
        harness.Options = harness.Options with { DeadLetters = new DeadLetterOptions { MaxShare = 0.2, WindowRecords = 50 } };
        await harness.ProduceAsync(Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? harness.Picture(i) : harness.Picture(i, value: [1, 2, 3])));

        await using var run = await harness.StartAsync();
        var stopped = await Should.ThrowAsync<Exception>(() => run.Completion.WaitAsync(TimeSpan.FromMinutes(1)));

        stopped.Message.ShouldContain("deadLetters:maxShare");
        stopped.Message.ShouldContain("records[0] offset");
    }

    [Fact]
    public async Task StopAsync_InTheMiddle_TheNextRunGoesOnWhereItWas()
    {
        await using var harness = new PipelineHarness();
        await harness.ProducePicturesAsync(0, 400);

        var stoppedAt = (await harness.RunAndStopAsync(3 * PipelineHarness.BatchSize)).Trained;
        var second = await harness.RunAsync(400);

        stoppedAt.ShouldBeGreaterThanOrEqualTo(3 * PipelineHarness.BatchSize);
        second.LineageEpoch.ShouldBe(2);
        second.Trained.ShouldBe(400);
        second.TrainedThisRun.ShouldBe(400 - stoppedAt);
        var sources = harness.ReadEmbeddings().Select(e => e.Source).ToList();
        sources.Count.ShouldBe(400);
        sources.Distinct().Count().ShouldBe(400);
    }

    private static double Length(PublishedEmbedding embedding)
    {
        var sum = 0.0;
        foreach (var value in embedding.Vector.Span)
        {
            sum += value * value;
        }

        return Math.Sqrt(sum);
    }
}
