using System.Collections.Concurrent;
using System.Threading.Channels;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Ingest;

/// <summary>A source that reads what a test gives it and remembers what it was told.</summary>
internal sealed class FakeSource(OffsetTable table) : IRecordSource
{
    private readonly Channel<SourceEvent> _events = Channel.CreateUnbounded<SourceEvent>();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public OffsetTable OpenedWith { get; } = table;

    public ConcurrentQueue<object> Told { get; } = new();

    public HashSet<AssignmentEpoch> Stale { get; } = [];

    public ChannelReader<SourceEvent> Events => _events.Reader;

    public Task Completion => _completion.Task;

    public void Give(SourceEvent item) => _events.Writer.TryWrite(item).ShouldBeTrue();

    public void Fail(Exception reason) => _completion.SetException(reason);

    public bool Admits(PartitionId partition, AssignmentEpoch assignment) => !Stale.Contains(assignment);

    public void Rewind(PartitionId partition, long next, long lineageEpoch, AssignmentEpoch causedBy) =>
        Told.Enqueue(new Rewind(partition, next, lineageEpoch, causedBy));

    public void Adopt(OffsetTable table) => Told.Enqueue(new Adopt(table));

    public void Commit(OffsetTable table) => Told.Enqueue(new Commit(table));

    public Task StopAsync()
    {
        Told.Enqueue(new Stop());
        _events.Writer.TryComplete();
        _completion.TrySetResult();
        return Completion;
    }
}
