using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using StreamingContrastive.Augmentation.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Records;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Encoders.Text;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Hosting;

/// <summary>Pictures with captions through the whole pipeline: Kafka in, two encoders, a topic of embeddings a part.</summary>
public sealed class PartsTests
{
    private const int Records = 500;
    private const int Batch = PipelineHarness.BatchSize;

    /// <summary>
    /// Every seventh record lacks its caption, every eleventh its picture; five are poison, three are tombstones; stopped in the middle.
    /// What each part of it breaks on was seen red one level below, in OutputEncoderPartsTests and RecordConstructorTests.
    /// </summary>
    [Fact]
    public async Task Run_PicturesAndCaptions_EveryPartThatIsThereIsEmbeddedOnce()
    {
        await using var harness = Open(DeliveryMode.Checkpointed);
        await harness.ProduceAsync(Enumerable.Range(0, Records).Select(i => Pair(harness, i)));
        await harness.ProduceAsync([.. Poison(), .. Enumerable.Range(0, 3).Select(i => Message(i, null))]);

        var stopped = await harness.RunAndStopAsync(3 * Batch);
        var progress = await harness.RunAsync(Records + 8);

        stopped.Trained.ShouldBeInRange(3 * Batch, Records - 1);
        (progress.LineageEpoch, progress.Consumed, progress.Trained, progress.DeadLettered, progress.Tombstones).ShouldBe((2, Records + 8, Records, 5, 3));
        // What was read ahead of the stop is read again, and its letter sent again under the same id.
        harness.Read("test.dead-letters").DistinctBy(l => l.Headers.FindText(HeaderNames.DeadLetterId)).Select(l => l.Headers.FindText(HeaderNames.DeadLetterErrorType)).Order()
            .ShouldBe(["BadRecord", "BadUtf8", "NoPart", "UnknownPart", "WrongLength"]);
        var pictures = Check(harness, "picture", i => i % 11 != 0);
        var captions = Check(harness, "caption", i => HasCaption(i));
        (stopped.EmbeddingsPublished + progress.EmbeddingsPublished).ShouldBe(pictures.Count + captions.Count);
        pictures.Concat(captions).Select(e => e.SpaceId).Distinct().Count().ShouldBe(1);
        pictures.Concat(captions).Select(e => e.Id).Distinct().Count().ShouldBe(pictures.Count + captions.Count);
        captions[0].Vector.Length.ShouldBe(pictures[0].Vector.Length);
    }

    /// <summary>What the dashboard's map shows: pictures and captions in one sample, with the vectors that are published, and the captions to read.</summary>
    [Fact]
    public async Task Sample_PicturesAndCaptions_HoldsBothWithTheirPublishedVectors()
    {
        await using var harness = Open(DeliveryMode.Checkpointed, partitions: 1);
        await harness.ProduceAsync(Enumerable.Range(0, Records).Select(i => Pair(harness, i % 40))); // Each comes again under every version.

        await using var run = await PipelineRun.StartAsync(harness.Options, harness.Settings(Records) with { SampleRecords = 80 }, TestContext.Current.CancellationToken);
        await run.Completion.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

        var version = run.Progress.Sample.Versions[^1];
        version.Records.Count(r => r.Part == 0).ShouldBe(Enumerable.Range(0, 40).Count(i => i % 11 != 0));
        version.Records.Where(r => r.Part == 1).ShouldAllBe(r => r.Text!.StartsWith("a picture of class "));
        version.Records.Where(r => r.Part == 0).ShouldAllBe(r => r.Text == null);
        var compared = 0;
        foreach (var (part, name) in ((int, string)[])[(0, "picture"), (1, "caption")])
        {
            var published = harness.ReadEmbeddings(name).OfType<PublishedEmbedding>().ToLookup(e => (e.ModelVersion, Encoding.UTF8.GetString(e.Key!)));
            for (var i = 0; i < version.Records.Length; i++)
            {
                foreach (var embedding in version.Records[i].Part == part ? published[(version.ModelVersion, Encoding.UTF8.GetString(version.Records[i].Key!))] : [])
                {
                    version.Vector(i).ToArray().ShouldBe(embedding.Vector.ToArray(), 1e-5);
                    compared++;
                }
            }
        }

        compared.ShouldBeGreaterThan(40);
    }

    /// <summary>The same topic for a pipeline that wants the pictures only: records without one are refused, captions are counted and not looked at.</summary>
    [Fact]
    public async Task Run_UnknownPartsIgnored_TrainsOnThePartsThatItNames()
    {
        await using var harness = Open(DeliveryMode.Checkpointed, partitions: 1);
        var input = harness.Options.Input;
        harness.Options = harness.Options with
        {
            Input = input with { Parts = [input.Parts[0] with { HardNegatives = 0 }], UnknownParts = UnknownPartPolicy.Ignore, References = 0 },
            Objective = new ObjectiveOptions { QueueCapacityRows = harness.Options.Objective.QueueCapacityRows },
        };
        await harness.ProduceAsync(Enumerable.Range(0, Records).Select(i => Pair(harness, i)));
        var ignored = 0L;
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) => { if (instrument.Name == "contrastive.parts.ignored") { l.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref ignored, count));
        listener.Start();

        var progress = await harness.RunAsync(Records);

        var without = Enumerable.Range(0, Records).Count(i => i % 11 == 0);
        (progress.Trained, progress.DeadLettered).ShouldBe((Records - without, without));
        harness.Read("test.dead-letters").Select(l => l.Headers.FindText(HeaderNames.DeadLetterErrorType)).Distinct().ShouldBe(["NoPart"]);
        Interlocked.Read(ref ignored).ShouldBeGreaterThanOrEqualTo(Enumerable.Range(0, Records).Count(i => i % 11 != 0 && HasCaption(i)));
    }

    /// <summary>A lineage of three starts ends with the bytes of one that never stopped: both encoders, both queues.</summary>
    [Fact]
    public async Task Resume_OnePartition_WeightsAndQueuesAreBitIdenticalToAnUninterruptedRun()
    {
        const int records = 10 * Batch;

        (await HashesAsync(3 * Batch, 7 * Batch, records)).ShouldBe(await HashesAsync(records));
    }

    private static async Task<Dictionary<string, string>> HashesAsync(params long[] stops)
    {
        await using var harness = Open(DeliveryMode.Checkpointed, partitions: 1);
        await harness.ProduceAsync(Enumerable.Range(0, (int)stops[^1]).Select(i => Pair(harness, i)));
        foreach (var stop in stops[..^1])
        {
            await harness.RunAndStopAsync(stop);
        }

        await harness.RunAsync(stops[^1]);
        return harness.NewestStateHashes();
    }

    private static PipelineHarness Open(DeliveryMode delivery, int partitions = 3)
    {
        var harness = new PipelineHarness(partitions, parts: ["picture", "caption"]);
        harness.Options = harness.Options with
        {
            Input = harness.Options.Input with
            {
                Parts =
                [
                    new PartOptions { Name = "picture", HardNegatives = 1 },
                    new PartOptions { Name = "caption", Kind = PartKind.Text, Optional = true, Text = new TextOptions { Tokens = 16, MaskProbability = 0.2 }, HardNegatives = 2 },
                ],
                References = 2,
            },
            Encoder = harness.Options.Encoder with { Text = new TextEncoderOptions { Buckets = 256, Dimension = 16 } },
            Objective = harness.Options.Objective with { Plan = PlanKind.CrossModal },
            Output = harness.Options.Output with { Delivery = delivery },
            DeadLetters = new DeadLetterOptions { MaxShare = 0.5 },
        };
        return harness;
    }

    private static bool HasCaption(int i) => i % 7 != 0 || i % 11 == 0;

    private static OutputRecord Pair(PipelineHarness harness, int i)
    {
        var label = harness.Picture(i).Headers[0].Value![0] - '0';
        List<NamedPart> parts = [];
        if (i % 11 != 0)
        {
            parts.Add(new NamedPart("picture", "application/octet-stream", harness.Picture(i).Value!));
        }

        if (HasCaption(i))
        {
            parts.Add(Caption($"a picture of class {label}"));
        }

        return Message(i, RecordCodec.Encode(new MultiPartRecord
        {
            Parts = parts,
            Label = label,
            HardNegatives = [new() { Inline = [Caption($"a picture of class {(label + 1) % 10}")] }, new() { RecordKey = Key(i + 1) }],
        }));
    }

    private static IEnumerable<OutputRecord> Poison()
    {
        yield return Message(1000, [0xFF]);
        yield return Message(1001, RecordCodec.Encode(new MultiPartRecord { Parts = [], Label = 1 }));
        yield return Message(1002, RecordCodec.Encode(new MultiPartRecord { Parts = [new("capton", "", "a"u8.ToArray())] }));
        yield return Message(1003, RecordCodec.Encode(new MultiPartRecord { Parts = [new("caption", "", new byte[] { 0xC3 })] }));
        yield return Message(1004, RecordCodec.Encode(new MultiPartRecord { Parts = [new("picture", "", new byte[10])] }));
    }

    private static NamedPart Caption(string text) => new("caption", "text/plain", Encoding.UTF8.GetBytes(text));

    private static OutputRecord Message(int i, byte[]? value) => new("records", Key(i), value, [], 1_700_000_000_000 + i);

    private static byte[] Key(int i) => Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture));

    private static List<PublishedEmbedding> Check(PipelineHarness harness, string part, Func<int, bool> has)
    {
        var messages = harness.ReadEmbeddings(part);
        var embeddings = messages.OfType<PublishedEmbedding>().ToList();
        messages.ShouldAllBe(m => m.Part == part);
        messages.OfType<PublishedTombstone>().Select(t => Encoding.UTF8.GetString(t.Key!)).Order().ShouldBe(["0", "1", "2"]);
        embeddings.Select(e => int.Parse(Encoding.UTF8.GetString(e.Key!), CultureInfo.InvariantCulture)).Order()
            .ShouldBe(Enumerable.Range(0, Records).Where(has));
        return embeddings;
    }
}
