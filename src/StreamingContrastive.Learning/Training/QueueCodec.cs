using StreamingContrastive.Learning.Checkpoints;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>Saves and restores the queue: keys, metadata, pointers.</summary>
internal static class QueueCodec
{
    private static readonly (MetaField Field, string Name)[] Names =
    [
        (MetaField.RecordId, "record_id"), (MetaField.InputHash, "input_hash"), (MetaField.Label, "label"), (MetaField.Step, "encoder_step"), (MetaField.EventTime, "event_time"),
    ];

    private const string Clusters = "clusters";

    public static IReadOnlyList<HostTensor> Export(NegativeQueue queue)
    {
        using var scope = NewDisposeScope();
        var meta = new ItemMeta(queue.Meta);
        return
        [
            HostTensorCodec.Copy("keys", queue.Keys),
            .. Names.Select(n => HostTensorCodec.Copy(n.Name, meta[n.Field])),
            // Only where there are any: queues without clusters have the files that they always had.
            .. meta[MetaField.Cluster].any().item<bool>() ? [HostTensorCodec.Copy(Clusters, meta[MetaField.Cluster])] : Array.Empty<HostTensor>(),
            HostTensorCodec.Scalar("next", queue.Next),
            HostTensorCodec.Scalar("filled", queue.Filled),
            .. queue.Pictures is { } pictures ? [HostTensorCodec.Copy("pictures", pictures)] : Array.Empty<HostTensor>(),
        ];
    }

    public static QueueValues Read(StateFile file, NegativeQueue queue)
    {
        var keys = file.TakeTensor("keys", queue.Keys.dtype, queue.Capacity, queue.Dimension);
        var rows = Names.OrderBy(n => n.Field).Select(n => file.TakeTensor(n.Name, ScalarType.Int64, queue.Capacity))
            .Append(file.Has(Clusters) ? file.TakeTensor(Clusters, ScalarType.Int64, queue.Capacity) : zeros(queue.Capacity, ScalarType.Int64)); // the last field
        var pictures = queue.Pictures is { } kept ? file.TakeTensor("pictures", ScalarType.Byte, kept.shape) : null;
        var values = new QueueValues(keys, stack(rows, 0), (int)file.TakeScalar("next", 0, queue.Capacity - 1), (int)file.TakeScalar("filled", 0, queue.Capacity), pictures);
        file.RequireNoOthers();
        return values;
    }
}

/// <summary>Values of a queue on the host, checked but not yet taken over.</summary>
internal readonly record struct QueueValues(Tensor Keys, Tensor Meta, int Next, int Filled, Tensor? Pictures)
{
    public void WriteTo(NegativeQueue queue) => queue.Restore(Keys, Meta, Next, Filled, Pictures);
}
