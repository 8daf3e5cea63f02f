using StreamingContrastive.Learning.Objectives;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>Brings a batch's ids, labels and times to the device in one copy. Keeps its staging array from step to step.</summary>
internal sealed class BatchMetadata
{
    private long[] staging = [];

    /// <summary>[fields, Count]; shares the staging array on the CPU, so it is valid until the next call.</summary>
    public ItemMeta ToDevice(TrainingBatch batch, long step, Device device)
    {
        var count = batch.Count;
        var length = ItemMeta.FieldCount * count;
        if (staging.Length < length)
        {
            staging = new long[length];
        }

        Row(MetaField.RecordId, count, batch.RecordIds);
        Row(MetaField.InputHash, count, batch.InputHashes);
        Row(MetaField.EventTime, count, batch.EventTimesUnixMs);
        Target(MetaField.Step, count).Fill(step);
        Target(MetaField.Cluster, count).Clear();
        var labels = Target(MetaField.Label, count);
        for (var i = 0; i < count; i++)
        {
            labels[i] = batch.Labels[i];
        }

        using var scope = NewDisposeScope();
        var fields = frombuffer(staging, ScalarType.Int64, length).view(ItemMeta.FieldCount, count).to(device);
        return new ItemMeta(fields.MoveToOuterDisposeScope());
    }

    private void Row(MetaField field, int count, long[] values) => values.AsSpan(0, count).CopyTo(Target(field, count));

    private Span<long> Target(MetaField field, int count) => staging.AsSpan((int)field * count, count);
}
