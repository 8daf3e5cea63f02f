using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Kafka.Embedded;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.IntegrationTests.Output;

public sealed class DeadLetterWriterTests
{
    [Fact]
    public async Task WriteAsync_Acknowledged_CarriesTheRecordUntouchedAndTheReason()
    {
        await using var kafka = EmbeddedKafka.Start(new EmbeddedKafkaOptions(Topics: [new TopicDefinition("demo.dead-letters", 1)]));
        using var producer = new OutputProducer(OutputProducerTests.Config(kafka), NullLogger.Instance, TimeProvider.System);
        var writer = new DeadLetterWriter(producer, "demo");
        RecordHeader[] headers = [new("label", Encoding.UTF8.GetBytes("7")), new("traceparent", null)];
        var rejection = new Rejection("decode", "TruncatedPicture", "The PNG ends after 20 of 400 bytes.");

        await writer.WriteAsync(
            new PartitionId("records", 3),
            [
                new RefusedRecord(new SourceRecord(41, 1_700_000_000_000, [0, 1, 255], [9, 8], headers), rejection),
                new RefusedRecord(new SourceRecord(42, -1, null, [], []), rejection),
            ],
            TestContext.Current.CancellationToken);

        var letters = Read(kafka, 2);
        letters[0].Message.Key.ShouldBe([0, 1, 255]);
        letters[0].Message.Value.ShouldBe([9, 8]);
        var carried = HeadersOf(letters[0]);
        var original = DeadLetterHeaders.Original(carried);
        original.Select(header => header.Key).ShouldBe(["label", "traceparent"]);
        original[0].Value.ShouldBe(headers[0].Value);
        original[1].Value.ShouldBeNull();
        DeadLetterHeaders.Parse(carried).ShouldBe(new DeadLetter(
            new SourcePosition("records", 3, 41), "decode", "TruncatedPicture", rejection.Message, 1_700_000_000_000));
        carried.FindText(HeaderNames.DeadLetterId).ShouldBe("demo/records/3/41");
        letters[1].Message.Key.ShouldBeNull();
        letters[1].Message.Value.ShouldBeEmpty();
        DeadLetterHeaders.Parse(HeadersOf(letters[1])).Source.Offset.ShouldBe(42);
    }

    private static List<RecordHeader> HeadersOf(ConsumeResult<byte[]?, byte[]?> message) =>
        [.. message.Message.Headers.Select(header => new RecordHeader(header.Key, header.GetValueBytes()))];

    private static List<ConsumeResult<byte[]?, byte[]?>> Read(EmbeddedKafka kafka, int count)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = kafka.BootstrapServers,
            GroupId = "reader",
            FetchWaitMaxMs = 20,
        }).Build();
        consumer.Assign(new TopicPartitionOffset("demo.dead-letters", 0, Offset.Beginning));
        return [.. Enumerable.Range(0, count).Select(_ => consumer.Consume(TimeSpan.FromSeconds(20)).ShouldNotBeNull())];
    }
}
