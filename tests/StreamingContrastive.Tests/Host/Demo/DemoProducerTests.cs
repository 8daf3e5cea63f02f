using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Host.Demo;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Host.Demo;

public sealed class DemoProducerTests
{
    private const int Partitions = 3;
    private const int Window = 10;

    private readonly DemoStream _stream;
    private readonly Dictionary<int, long> _ends = [];

    public DemoProducerTests()
    {
        var pictures = FashionMnistDataset.Bundled().Stream;
        _stream = new DemoStream(pictures, new DemoPayloads(pictures, png: false, poisonShare: 0), "records", Partitions);
    }

    [Fact]
    public async Task RunAsync_NothingDurable_NeverExceedsTheWindowOfAnyPartition()
    {
        using var stop = new CancellationTokenSource();
        var producer = Producer(() => new Dictionary<PartitionId, long>(), stop.Token);

        var running = producer.RunAsync(1000, stop.Token);
        await producer.CaughtUp;

        producer.Produced.ShouldBe(Partitions * Window);
        _ends.Values.ShouldAllBe(end => end == Window);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task RunAsync_OnePartitionStaysBehind_ItsWindowHoldsEverythingBack()
    {
        using var stop = new CancellationTokenSource();
        var durable = new Dictionary<PartitionId, long> { [new("records", 0)] = 100, [new("records", 1)] = 4, [new("records", 2)] = 100 };
        var producer = Producer(() => durable, stop.Token);

        var running = producer.RunAsync(1000, stop.Token);
        await producer.CaughtUp;

        _ends[1].ShouldBe(4 + Window);
        _ends[0].ShouldBeLessThanOrEqualTo(5 + Window);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task RunAsync_DurableOffsetsFollow_ProducesEachIndexOnceInOrder()
    {
        var producer = new DemoProducer(
            _stream,
            (records, _) =>
            {
                Take(records);
                return Task.CompletedTask;
            },
            () => _ends.ToDictionary(e => new PartitionId("records", e.Key), e => e.Value),
            _ => Task.CompletedTask,
            Window);

        await producer.RunAsync(1000, CancellationToken.None);

        producer.Produced.ShouldBe(1000);
        Enumerable.Range(0, Partitions).ShouldAllBe(p => _ends[p] == _stream.RecordsOf(p, 1000));
    }

    [Fact]
    public void Record_SameIndex_IsTheSameRecord()
    {
        var first = _stream.Record(8003);

        _stream.Record(8003).Value.ShouldBe(first.Value);
        first.Key.ShouldBe("3"u8.ToArray());
        first.Partition.ShouldBe(8003 % Partitions);
    }

    private DemoProducer Producer(Func<IReadOnlyDictionary<PartitionId, long>> durable, CancellationToken stop) => new(
        _stream,
        (records, _) =>
        {
            Take(records);
            return Task.CompletedTask;
        },
        durable,
        cancellation => Task.Delay(Timeout.InfiniteTimeSpan, CancellationTokenSource.CreateLinkedTokenSource(stop, cancellation).Token),
        Window);

    private void Take(IReadOnlyList<OutputRecord> records)
    {
        foreach (var record in records)
        {
            _ends[record.Partition!.Value] = _ends.GetValueOrDefault(record.Partition.Value) + 1;
        }
    }
}
