using StreamingContrastive.Learning.Checkpoints;
using StreamingContrastive.Learning.Encoders;

namespace StreamingContrastive.Learning.Training;

/// <summary>
/// Saves and restores a trained part: files "query", "key", "optimizer" and "queue", with ".NAME" behind them where records have
/// several parts.
/// </summary>
internal static class PartCodec
{
    private const string Query = "query";
    private const string Key = "key";
    private const string Optimizer = "optimizer";
    private const string Queue = "queue";

    public static IEnumerable<KeyValuePair<string, IReadOnlyList<HostTensor>>> Export(TrainedPart part) => part.OwnsNetworks ?
    [
        new(Query + part.FileSuffix, NetworkStateCodec.Export(part.Networks.Query)),
        new(Key + part.FileSuffix, NetworkStateCodec.Export(part.Networks.Key)),
        new(Optimizer + part.FileSuffix, NetworkStateCodec.Export(part.Optimizer, part.Encoder.Layout)),
        new(Queue + part.FileSuffix, QueueCodec.Export(part.Queue)),
    ] : [new(Queue + part.FileSuffix, QueueCodec.Export(part.Queue))];

    /// <summary>Reads and checks all of it in the current dispose scope; what it returns takes it over.</summary>
    public static Action Read(TrainedPart part, TrainerState state)
    {
        if (!part.OwnsNetworks)
        {
            var keys = QueueCodec.Read(new StateFile(state, Queue + part.FileSuffix), part.Queue);
            return () => keys.WriteTo(part.Queue);
        }

        var (layout, dtype, suffix) = (part.Encoder.Layout, part.Networks.Query.Flat.dtype, part.FileSuffix);
        var query = NetworkStateCodec.Read(new StateFile(state, Query + suffix), layout, dtype);
        var key = NetworkStateCodec.Read(new StateFile(state, Key + suffix), layout, dtype);
        var (steps, slots) = NetworkStateCodec.Read(new StateFile(state, Optimizer + suffix), part.Optimizer, layout, dtype);
        var queued = QueueCodec.Read(new StateFile(state, Queue + suffix), part.Queue);
        return () =>
        {
            query.WriteTo(part.Networks.Query);
            key.WriteTo(part.Networks.Key);
            queued.WriteTo(part.Queue);
            part.Optimizer.Restore(steps, slots);
        };
    }

    /// <summary>The published snapshot becomes the key encoder of a saved state. The caller holds a dispose scope.</summary>
    public static void Publish(TrainedPart part, TrainerState state)
    {
        NetworkStateCodec.Read(new StateFile(state, Key + part.FileSuffix), part.Encoder.Layout, part.Networks.Key.Flat.dtype).WriteTo(part.Published.State);
        part.Published.Refold();
    }
}
