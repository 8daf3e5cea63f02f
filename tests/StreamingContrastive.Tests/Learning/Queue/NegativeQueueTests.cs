using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Queue;
using StreamingContrastive.Tests.Learning.Objectives;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Queue;

[Collection(TorchTests.Name)]
public sealed class NegativeQueueTests
{
    [Fact]
    public void Enqueue_FiveRowsBatchesOfTwo_Wraps()
    {
        using var scope = NewDisposeScope();
        using var queue = New(5);

        var filled = new List<int>();
        foreach (var first in (int[])[0, 2, 4])
        {
            Add(queue, first, 2);
            filled.Add(queue.Filled);
        }

        filled.ShouldBe([2, 4, 5]);
        queue.Next.ShouldBe(1);
        Values(queue).ShouldBe([5, 1, 2, 3, 4]); // the third batch lies in rows 4 and 0
        queue.Meta[(long)MetaField.RecordId].data<long>().ToArray().ShouldBe([105, 101, 102, 103, 104]);
        queue.Meta[(long)MetaField.EventTime].data<long>().ToArray().ShouldBe([505, 501, 502, 503, 504]);
    }

    [Fact]
    public void Enqueue_BatchAboveCapacity_KeepsTheNewest()
    {
        using var scope = NewDisposeScope();
        using var queue = New(3);
        Add(queue, 0, 1);

        Add(queue, 10, 7);

        queue.Filled.ShouldBe(3);
        Values(queue).Order().ShouldBe([14, 15, 16]);
    }

    // Against a list that keeps its tail: whatever the batches, the ring holds the newest K, and overwrites the oldest first.
    [Theory]
    [InlineData(1, 21)]
    [InlineData(7, 22)]
    [InlineData(16, 23)]
    public void Enqueue_RandomBatches_HoldsTheNewest(int capacity, int seed)
    {
        using var scope = NewDisposeScope();
        using var queue = New(capacity);
        var random = new Random(seed);
        List<double> model = [];
        for (var round = 0; round < 40; round++)
        {
            var count = random.Next(1, 2 * capacity);
            Add(queue, round * 100, count);
            model.AddRange(Enumerable.Range(round * 100, count).Select(v => (double)v));
            model = [.. model.TakeLast(capacity)];

            queue.Snapshot().Keys.shape.ShouldBe([model.Count, 2]);
            Values(queue).Take(queue.Filled).Order().ShouldBe(model.Order(), $"seed {seed}, round {round}");
            if (queue.Filled == capacity)
            {
                Values(queue)[queue.Next].ShouldBe(model[0]);
            }
        }
    }

    [Fact]
    public void Snapshot_EmptyQueue_ShowsNoRow()
    {
        using var scope = NewDisposeScope();
        using var queue = New(4);

        queue.Snapshot().Keys.shape.ShouldBe([0, 2]);
        queue.Snapshot().Items.Count.ShouldBe(0);
    }

    [Fact]
    public void Constructor_NoCapacity_SaysWhatIsAllowed() =>
        Should.Throw<ArgumentOutOfRangeException>(() => New(0)).Message.ShouldContain("queueCapacityRows");

    private static NegativeQueue New(int capacity) => new(capacity, 2, ScalarType.Float64, CPU);

    private static void Add(NegativeQueue queue, int first, int count)
    {
        var keys = arange(first, first + count, dtype: ScalarType.Float64).unsqueeze(1).expand(-1, 2);
        var ids = arange(first, first + count, dtype: ScalarType.Int64).unsqueeze(0);
        var fields = ids + tensor(Enumerable.Range(1, ItemMeta.FieldCount).Select(f => f * 100L).ToArray()).unsqueeze(1);
        queue.Enqueue(keys, new ItemMeta(fields));
    }

    private static double[] Values(NegativeQueue queue) => queue.Keys.select(1, 0).contiguous().data<double>().ToArray();

    [Fact]
    public void Enqueue_PicturesKept_WrapWithTheirKeys()
    {
        using var scope = NewDisposeScope();
        using var queue = new NegativeQueue(5, 2, ScalarType.Float64, CPU, pictureBytes: 3);
        for (var batch = 0; batch < 3; batch++)
        {
            queue.Enqueue(Contrast.UnitRows((ulong)batch, 2, 2), Contrast.Meta(2 * batch, 2), full(2, 3, batch + 1, dtype: ScalarType.Byte));
        }

        queue.Pictures!.select(1, 0).data<byte>().ToArray().ShouldBe([3, 1, 2, 2, 3]); // the third batch took slots 4 and 0
    }
}
