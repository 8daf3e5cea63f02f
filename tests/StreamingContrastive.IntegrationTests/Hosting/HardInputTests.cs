using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Contracts;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Host.Demo;
using StreamingContrastive.Pipeline.Kafka.Output;

namespace StreamingContrastive.IntegrationTests.Hosting;

/// <summary>Input as the world sends it: no crash, and every record is counted once where it belongs.</summary>
public sealed class HardInputTests
{
    [Fact]
    public async Task Run_TenPercentPoison_IsAllInTheDeadLettersAndTheRestIsTrained()
    {
        const int records = 600;
        await using var harness = new PipelineHarness();
        harness.Options = harness.Options with { Input = harness.Options.Input with { Payload = new PayloadOptions { Format = PayloadFormat.Image } } };
        var payloads = new DemoPayloads(FashionMnistDataset.Bundled().Stream, png: true, poisonShare: 0.1);
        await harness.ProduceAsync(Enumerable.Range(0, records).Select(i => harness.Picture(i, value: payloads.Value(i))));
        var poison = Enumerable.Range(0, records).Count(i => payloads.IsPoison(i));

        var progress = await harness.RunAsync(records);

        poison.ShouldBeInRange(50, 70);
        (progress.Trained, progress.DeadLettered, progress.Consumed).ShouldBe((records - poison, poison, records));
        var letters = harness.Read("test.dead-letters").Select(m => DeadLetterHeaders.Parse(m.Headers)).ToList();
        letters.Count.ShouldBe(poison);
        letters.ShouldAllBe(l => l.Stage == "decode" && l.Message.Length > 20);
        letters.Select(l => l.ErrorType).Distinct().Order().ShouldBe(["EmptyValue", "PictureTooLarge", "TruncatedPicture", "UnknownFormat"]);
        letters.Select(l => l.Source).Concat(harness.ReadEmbeddings().Select(e => e.Source!.Value)).Distinct().Count().ShouldBe(records);
    }

    /// <summary>
    /// The record comes whole, and is too large for a message of the dead-letter topic. Seen red without the leaving out in
    /// DeadLetterHeaders.Encode: the producer refuses the letter, and the pipeline stops at this record at every start.
    /// </summary>
    [Fact]
    public async Task Run_RecordOfTenMegabytes_IsADeadLetterWithoutItsValue()
    {
        await using var harness = new PipelineHarness(partitions: 2);
        await harness.ProduceAsync(Enumerable.Range(0, 100).Select(i => harness.Picture(i, partition: 0)));
        // A real broker gives the first record of a fetch whatever its size; the embedded one keeps to the client's limit.
        harness.Options = harness.Options with { Kafka = harness.Options.Kafka with { Consumer = new Dictionary<string, string>(harness.Options.Kafka.Consumer) { ["max.partition.fetch.bytes"] = "20000000" } } };
        var kafka = harness.Options.Kafka with { Producer = new Dictionary<string, string> { ["message.max.bytes"] = "20000000" } };
        using (var producer = new RecordProducer(kafka, "large", NullLogger.Instance, TimeProvider.System))
        {
            await producer.ProduceAsync([harness.Picture(100, value: new byte[10_000_000], partition: 1)], TestContext.Current.CancellationToken);
        }

        var progress = await harness.RunAsync(101);

        (progress.Trained, progress.DeadLettered).ShouldBe((100, 1));
        var letter = harness.Read("test.dead-letters").ShouldHaveSingleItem();
        letter.Value.ShouldBeNull();
        letter.Key.ShouldBe("100"u8.ToArray());
        DeadLetterHeaders.LeftOut(letter.Headers).ShouldBe("value");
        letter.Headers.FindInt64(HeaderNames.DeadLetterValueBytes).ShouldBe(10_000_000);
        letter.Headers.FindText(HeaderNames.Label).ShouldNotBeNull();
    }

    /// <summary>A topic in which nothing is: the pipeline waits, says so to its trainer, and goes on with the first record.</summary>
    [Fact]
    public async Task Run_EmptyTopicForALongWhile_WaitsAndGoesOn()
    {
        const int records = 100;
        await using var harness = new PipelineHarness();
        await using var pipeline = await WiredPipeline.StartAsync(harness, records, []);
        await Source.Eventually.BecomesTrueAsync(() => pipeline.Road.Beats >= 15, "three partitions beat twice a second, for some seconds");
        pipeline.Completion.IsCompleted.ShouldBeFalse();
        pipeline.Road.Records.ShouldBe(0);

        await harness.ProducePicturesAsync(0, records);
        await pipeline.Completion.WaitAsync(TimeSpan.FromSeconds(60));

        (pipeline.Progress.Trained, pipeline.Progress.Consumed).ShouldBe((records, records));
    }

    /// <summary>
    /// The same record over and over, so that whole batches are one key (its own keys are masked, none is left), and event times that
    /// jump: every position is a record, and keeps its time.
    /// </summary>
    [Fact]
    public async Task Run_BurstOfDuplicatesAndTimesOutOfOrder_EveryPositionIsTrainedOnce()
    {
        const int burst = 300;
        long[] times = [1_600_000_000_000, 1, 4_102_444_800_000, 1_500_000_000_000, 86_400_000]; // The client takes 0 for now.
        await using var harness = new PipelineHarness();
        await harness.ProducePicturesAsync(0, 100);
        await harness.ProduceAsync(Enumerable.Repeat(harness.Picture(7), burst));
        await harness.ProduceAsync(Enumerable.Range(100, 100).Select(i => harness.Picture(i) with { TimestampUnixMs = times[i % times.Length] }));

        var progress = await harness.RunAsync(200 + burst);

        (progress.Trained, progress.Consumed).ShouldBe((200 + burst, 200 + burst));
        var embeddings = harness.ReadEmbeddings().Cast<PublishedEmbedding>().ToList();
        embeddings.Count.ShouldBe(200 + burst);
        embeddings.Select(e => e.Source).Distinct().Count().ShouldBe(200 + burst);
        embeddings.Count(e => e.Key.AsSpan().SequenceEqual("7"u8)).ShouldBe(burst + 1);
        embeddings.ShouldAllBe(e => e.Vector.ToArray().All(float.IsFinite));
        foreach (var time in times)
        {
            embeddings.Count(e => e.EventTimeUnixMs == time).ShouldBeGreaterThanOrEqualTo(20);
        }
    }
}
