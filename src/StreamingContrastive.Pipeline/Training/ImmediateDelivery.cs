using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>Outputs appear at once; after a crash some repeat under a new epoch.</summary>
/// <param name="maxUnacknowledged">Outputs that may wait for the broker before the trainer stands still.</param>
internal sealed class ImmediateDelivery(int maxUnacknowledged) : IOutputDelivery
{
    private readonly Queue<(long Until, TaskCompletionSource Done)> _waiting = new();
    private long _emitted;
    private long _acknowledged;

    public bool HasRoom => _emitted - _acknowledged < maxUnacknowledged;

    public bool EmbedsWithDurableVersionsOnly => true;

    public IReadOnlyList<OutputRecord> Emit(IReadOnlyList<OutputRecord> outputs)
    {
        _emitted += outputs.Count;
        return outputs;
    }

    public Outbox TakeOutbox() => new();

    public void Acknowledged(int outputs)
    {
        _acknowledged += outputs;
        while (_waiting.TryPeek(out var next) && next.Until <= _acknowledged)
        {
            _waiting.Dequeue();
            next.Done.SetResult();
        }
    }

    public Task WhenAcknowledged()
    {
        if (_acknowledged == _emitted)
        {
            return Task.CompletedTask;
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue((_emitted, done));
        return done.Task;
    }
}
