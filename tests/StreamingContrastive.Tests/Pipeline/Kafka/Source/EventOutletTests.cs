using System.Threading.Channels;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Source;

public sealed class EventOutletTests : IDisposable
{
    private const int Capacity = 4;
    private readonly CommandQueue _commands = new();
    private readonly Channel<SourceEvent> _channel = Channel.CreateBounded<SourceEvent>(Capacity);
    private readonly EventOutlet _outlet;

    public EventOutletTests() => _outlet = new EventOutlet(_channel, Capacity, _commands);

    public void Dispose() => _commands.Dispose();

    [Fact]
    public void Publish_MoreThanTheChannelHolds_KeepsTheRestInOrder()
    {
        Enqueue(0, 0, 1, 1, 2, 2);

        _outlet.Publish().ShouldBeFalse();
        _outlet.IsDrained.ShouldBeFalse();
        Read(4).ShouldBe([0, 0, 1, 1]);

        _outlet.Publish().ShouldBeTrue();
        Read(2).ShouldBe([2, 2]);
        _outlet.IsDrained.ShouldBeTrue();
    }

    [Fact]
    public void Drop_OnePartition_LeavesTheOthers()
    {
        Enqueue(9, 9, 9, 9, 1, 2, 1);
        _outlet.Publish();

        _outlet.Drop(new PartitionId("records", 1)).ShouldBe(2);

        Read(4);
        _outlet.Publish().ShouldBeTrue();
        Read(1).ShouldBe([2]);
    }

    [Fact]
    public async Task WaitForRoom_ReaderTakesOne_IsWoken()
    {
        Enqueue(0, 1, 2, 3, 4);
        _outlet.Publish();

        var waiting = Task.Run(() => _outlet.WaitForRoom(Timeout.InfiniteTimeSpan), TestContext.Current.CancellationToken);
        Read(1);

        await waiting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        _outlet.Publish().ShouldBeTrue();
    }

    [Fact]
    public void Post_AfterTheEnd_IsNoFailure()
    {
        _commands.Dispose();

        _commands.Post(new Stop());

        _commands.TryTake(out var command).ShouldBeTrue();
        command.ShouldBe(new Stop());
    }

    private void Enqueue(params int[] partitions)
    {
        foreach (int partition in partitions)
        {
            _outlet.Enqueue(new GapNotice(new PartitionId("records", partition), 0, 1, 1, default));
        }
    }

    private List<int> Read(int count)
    {
        var read = new List<int>();
        while (read.Count < count && _channel.Reader.TryRead(out var item))
        {
            read.Add(item.Partition.Partition);
        }

        return read;
    }
}
