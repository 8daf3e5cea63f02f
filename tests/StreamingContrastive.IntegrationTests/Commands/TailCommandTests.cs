using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Embedded;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Commands;

public sealed class TailCommandTests
{
    private const string Name = "birds";

    [Fact]
    public async Task Tail_EmbeddingsAsJson_WritesThemAndStopsAtMax()
    {
        await using var kafka = Start();
        await PublishAsync(kafka, Embedding(0), Embedding(1), Tombstone(2), Embedding(3));

        var result = await TailAsync(kafka, "--embeddings", "--json", "--from-beginning", "--max", "3");

        result.ExitCode.ShouldBe(0, result.Error);
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        lines.Select(l => l.GetProperty("key").GetString()).ShouldBe(["key-0", "key-1", "base64:AgD/"]);
        lines[1].GetProperty("value").GetProperty("vector").EnumerateArray().Select(v => v.GetSingle()).ShouldBe([0.6f, 0.8f]);
        lines[1].GetProperty("value").GetProperty("sourceOffset").GetInt64().ShouldBe(1);
        lines[1].GetProperty("id").GetString().ShouldNotBeNullOrEmpty();
        lines[2].GetProperty("value").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Tail_EmbeddingsAsText_WritesALineEach()
    {
        await using var kafka = Start();
        await PublishAsync(kafka, Embedding(0), Tombstone(2));

        var result = await TailAsync(kafka, "--from-beginning", "--until-end");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldBe("key-0  from records/0/0  epoch 1 step 5  model 4  2 values: 0.6000 0.8000\nbase64:AgD/  from records/0/2  epoch 1 step 5  deleted\n");
    }

    [Fact]
    public async Task Tail_Metrics_WritesCountersAndValues()
    {
        await using var kafka = Start();
        var encoded = new MetricsCodec(Name, WireFormat.Protobuf).Encode(new MetricsRecord
        {
            Pipeline = Name,
            LineageEpoch = 1,
            Step = 10,
            ModelVersion = 2,
            TimeUnixMs = 1000,
            Counters = new RecordCounters(10, 7, 2, 1, 6, 0),
            Values = new Dictionary<string, double> { ["loss"] = 4.25, ["alignment"] = double.NaN },
        });
        await PublishAsync(kafka, Output($"{Name}.metrics", encoded));

        var text = await TailAsync(kafka, "--metrics", "--from-beginning", "--max", "1");
        var json = await TailAsync(kafka, "--metrics", "--from-beginning", "--max", "1", "--json");

        text.Output.ShouldBe("step 10 epoch 1 model 2  consumed 10 trained 7 dead-lettered 2 tombstones 1 published 6  alignment=NaN loss=4.25\n", text.Error);
        JsonDocument.Parse(json.Output).RootElement.GetProperty("value").GetProperty("recordsTrained").GetInt64().ShouldBe(7);
    }

    [Fact]
    public async Task Tail_Models_WritesVersions()
    {
        await using var kafka = Start();
        var encoded = new ModelAnnouncementCodec(Name, WireFormat.Json).Encode(new ModelAnnouncement
        {
            Pipeline = Name,
            Version = 3,
            SpaceId = "abc",
            LineageEpoch = 1,
            Step = 20,
            Checkpoint = "0000000001-000000000020",
            ManifestSha256 = new string('a', 64),
            Dimension = 64,
            SourceOffsets = [new SourceOffset("records", 0, 5)],
            CreatedUnixMs = 0,
        });
        await PublishAsync(kafka, Output($"{Name}.models", encoded));

        var text = await TailAsync(kafka, "--models", "--from-beginning", "--max", "1");

        text.Output.ShouldBe("model 3  epoch 1 step 20  64 values in space abc  checkpoint 0000000001-000000000020 after nothing  at 1970-01-01T00:00:00Z\n", text.Error);
    }

    [Fact]
    public async Task Tail_SurvivingOnly_LeavesOutTheDeadBranchAndNothingElse()
    {
        await using var kafka = Start();
        await PublishAsync(kafka, Announcement(1, 0, null, null), Announcement(1, 5, "0000000001-000000000000", null));
        await PublishAsync(kafka, Embedding(0, epoch: 1, step: 5), Embedding(1, epoch: 1, step: 6), Embedding(1, epoch: 2, step: 6), Embedding(2, epoch: 1, step: 7));
        await PublishAsync(kafka, Announcement(2, 6, "0000000001-000000000005", new BranchPoint(1, 5, "0000000001-000000000005")));

        var all = await TailAsync(kafka, "--from-beginning", "--until-end");
        var surviving = await TailAsync(kafka, "--from-beginning", "--until-end", "--surviving-only");

        all.Output.Split('\n').Length.ShouldBe(5, all.Error);
        surviving.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[..l.IndexOf("  model", StringComparison.Ordinal)])
            .ShouldBe(["key-0  from records/0/0  epoch 1 step 5", "key-1  from records/0/1  epoch 2 step 6"], surviving.Error);
    }

    [Fact]
    public async Task Tail_CtrlCWhileFollowing_ExitsZero()
    {
        await using var kafka = Start();
        await PublishAsync(kafka, Embedding(0));
        await using var tail = ProgramProcess.Start("tail", "--pipeline", Name, "--bootstrap", kafka.BootstrapServers, "--from-beginning");
        (await tail.ReadLineAsync()).ShouldNotBeNull().ShouldStartWith("key-0 ");

        await tail.InterruptAsync();

        (await tail.EndAsync()).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Tail_NoSuchTopic_SaysSoAndExitsOne()
    {
        await using var kafka = Start();

        var result = await ProgramProcess.RunAsync("tail", "--pipeline", "fish", "--bootstrap", kafka.BootstrapServers);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("fish.embeddings does not exist");
    }

    private static EmbeddedKafka Start() => EmbeddedKafka.Start(new EmbeddedKafkaOptions(
        Topics: [new($"{Name}.embeddings", 1), new($"{Name}.metrics", 1), new($"{Name}.models", 1)]));

    private static Task<ProgramResult> TailAsync(EmbeddedKafka kafka, params string[] more) =>
        ProgramProcess.RunAsync(["tail", "--pipeline", Name, "--bootstrap", kafka.BootstrapServers, .. more]);

    private static async Task PublishAsync(EmbeddedKafka kafka, params OutputRecord[] records)
    {
        using var producer = new RecordProducer(new KafkaOptions { BootstrapServers = kafka.BootstrapServers }, "test", NullLogger.Instance, TimeProvider.System);
        await producer.ProduceAsync(records, TestContext.Current.CancellationToken);
        producer.Acknowledged.ShouldBe(records.Length);
    }

    private static OutputRecord Announcement(long epoch, long step, string? parent, BranchPoint? branch) =>
        Output($"{Name}.models", new ModelAnnouncementCodec(Name, WireFormat.Protobuf).Encode(new ModelAnnouncement
        {
            Pipeline = Name,
            Version = step + 1,
            SpaceId = "abc",
            LineageEpoch = epoch,
            Step = step,
            Checkpoint = $"{epoch:D10}-{step:D12}",
            Parent = parent,
            BranchedFrom = branch,
            ManifestSha256 = new string('a', 64),
            Dimension = 2,
            SourceOffsets = [],
            CreatedUnixMs = 0,
        }));

    private static OutputRecord Embedding(int offset, long epoch = 1, long step = 5) => Output($"{Name}.embeddings", new EmbeddingCodec(Name, WireFormat.Protobuf).Encode(new PublishedEmbedding
    {
        Key = Encoding.UTF8.GetBytes($"key-{offset}"),
        Source = new SourcePosition("records", 0, offset),
        LineageEpoch = epoch,
        Step = step,
        Vector = new float[] { 0.6f, 0.8f },
        Normalised = true,
        ModelVersion = 4,
        SpaceId = "abc",
    }));

    private static OutputRecord Tombstone(int offset) => Output($"{Name}.embeddings", new EmbeddingCodec(Name, WireFormat.Protobuf).EncodeTombstone(new PublishedTombstone
    {
        Key = [(byte)offset, 0, 255],
        Source = new SourcePosition("records", 0, offset),
        LineageEpoch = 1,
        Step = 5,
    }));

    private static OutputRecord Output(string topic, EncodedMessage message) => new(topic, message.Key, message.Value, message.Headers, message.TimestampUnixMs);
}
