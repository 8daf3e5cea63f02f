using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>When a step's outputs may appear (design.md section 5): the one difference between the delivery modes.</summary>
internal interface IOutputDelivery
{
    /// <summary>Whether the trainer may go on: false while too many outputs wait for a slow broker or disk.</summary>
    bool HasRoom { get; }

    /// <summary>Whether a version may embed only once its checkpoint is durable, because its vectors appear at once.</summary>
    bool EmbedsWithDurableVersionsOnly { get; }

    /// <summary>Takes the outputs of a step. Those that it returns are to be published now.</summary>
    IReadOnlyList<OutputRecord> Emit(IReadOnlyList<OutputRecord> outputs);

    /// <summary>The outbox of a checkpoint: outputs that appear only once it is durable.</summary>
    Outbox TakeOutbox();

    /// <summary>Outputs that were emitted for now are acknowledged by the broker.</summary>
    void Acknowledged(int outputs);

    /// <summary>Done once everything that was emitted for now up to this call is acknowledged: a checkpoint's rename waits for it.</summary>
    Task WhenAcknowledged();
}
