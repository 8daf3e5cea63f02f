using System.Text;
using StreamingContrastive.IntegrationTests.Hosting;
using StreamingContrastive.Pipeline.Kafka.Source;

namespace StreamingContrastive.IntegrationTests.Source;

public sealed class RecordRereadTests
{
    [Fact]
    public async Task ReadAsync_SomeOffsets_GivesTheRecordsAsTheyWere()
    {
        await using var harness = new PipelineHarness(partitions: 2);
        var records = Enumerable.Range(0, 30).Select(i => harness.Picture(i, partition: 1)).ToList();
        records[7] = records[7] with { Key = null };
        await harness.ProduceAsync(records);
        var reread = new RecordReread(harness.Options.Kafka, "test", TimeProvider.System);

        var found = await reread.ReadAsync(new("records", 1), [3, 7, 20], TestContext.Current.CancellationToken);

        found.Keys.Order().ToArray().ShouldBe([3L, 7, 20], string.Join(",", harness.Read("records").Select(m => $"{m.Partition}:{m.Offset}")));
        foreach (var (offset, record) in found)
        {
            record.Value.ShouldBe(records[(int)offset].Value);
            record.Key.ShouldBe(records[(int)offset].Key);
            record.TimestampUnixMs.ShouldBe(records[(int)offset].TimestampUnixMs);
            Encoding.UTF8.GetString(record.Headers.Single().Value!).ShouldBe(Encoding.UTF8.GetString(records[(int)offset].Headers.Single().Value!));
        }
    }

    [Fact]
    public async Task ReadAsync_OffsetsThatAreNotThere_AreMissing()
    {
        await using var harness = new PipelineHarness(partitions: 1);
        await harness.ProducePicturesAsync(0, 5);

        var found = await new RecordReread(harness.Options.Kafka, "test", TimeProvider.System)
            .ReadAsync(new("records", 0), [4, 9], TestContext.Current.CancellationToken);

        found.Keys.ShouldBe([4]);
    }
}
