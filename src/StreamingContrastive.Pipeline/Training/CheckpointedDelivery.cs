using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>Outputs wait in the outbox of the next checkpoint; nothing that appears is ever taken back.</summary>
/// <param name="maxOutboxRecords">Outputs that may wait before the trainer stands still.</param>
internal sealed class CheckpointedDelivery(int maxOutboxRecords) : IOutputDelivery
{
    private Outbox _outbox = new();

    public bool HasRoom => _outbox.Records.Count < maxOutboxRecords;

    public bool EmbedsWithDurableVersionsOnly => false;

    public IReadOnlyList<OutputRecord> Emit(IReadOnlyList<OutputRecord> outputs)
    {
        foreach (var output in outputs)
        {
            _outbox.Add(output);
        }

        return [];
    }

    public Outbox TakeOutbox()
    {
        var outbox = _outbox;
        _outbox = new Outbox();
        return outbox;
    }

    public void Acknowledged(int outputs)
    {
    }

    public Task WhenAcknowledged() => Task.CompletedTask;
}
