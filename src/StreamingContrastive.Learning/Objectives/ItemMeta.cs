using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>What is known of an item beside its vector; each is one row of <see cref="ItemMeta.Fields"/>.</summary>
internal enum MetaField
{
    /// <summary>Hash of the record's key.</summary>
    RecordId,

    /// <summary>Hash of the input's bytes.</summary>
    InputHash,

    /// <summary>Class, -1 where there is none.</summary>
    Label,

    /// <summary>Encoder step at which the vector was computed.</summary>
    Step,

    /// <summary>Event time in milliseconds since 1970, -1 where there is none.</summary>
    EventTime,

    /// <summary>Clusters in every part, packed by <see cref="Clusters.ClusterIds"/>; 0 where there are none.</summary>
    Cluster,
}

/// <summary>
/// Metadata of N items (rows of anchors or columns of candidates) as one int64 tensor [fields, N] on the device, so that a further
/// field is a further enum member and an enqueue stays one copy. Does not own the tensor.
/// </summary>
/// <param name="Fields">[number of <see cref="MetaField"/>, N].</param>
internal sealed record ItemMeta(Tensor Fields)
{
    public static int FieldCount { get; } = Enum.GetValues<MetaField>().Length;

    /// <summary>One field of all items, [N].</summary>
    public Tensor this[MetaField field] => Fields[(long)field];

    public long Count => Fields.shape[1];
}
