using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.Clusters;

/// <summary>
/// Clusters of one item in every part (modality), packed into <see cref="MetaField.Cluster"/>: 16 bits a part from the lowest, 0 for
/// none, else cluster + 1. One field, because whether "either modality agrees" is asked of whole queues, and an item keeps its ids
/// together wherever its metadata goes.
/// </summary>
internal static class ClusterIds
{
    /// <summary>Parts that fit.</summary>
    public const int MostParts = 3;

    /// <summary>Clusters of a part that fit.</summary>
    public const int MostClusters = 65534;

    private const int Bits = 16;
    private const long Mask = 0xFFFF;

    /// <summary>Cluster + 1 in a part, 0 for none, [n] int64.</summary>
    public static Tensor Of(Tensor packed, int part) => packed.bitwise_right_shift(part * Bits).bitwise_and(Mask);

    /// <summary>The field with other ids of a part; <paramref name="ids"/> are cluster + 1, 0 for none.</summary>
    public static Tensor With(Tensor packed, int part, Tensor ids) =>
        packed - Of(packed, part).bitwise_left_shift(part * Bits) + ids.bitwise_left_shift(part * Bits);

    /// <summary>Where an anchor and a candidate are in the same cluster of any part, [R, C] bool.</summary>
    public static Tensor Agree(ItemMeta rows, ItemMeta columns, int parts) =>
        Enumerable.Range(0, parts).Select(part =>
        {
            var (own, other) = (Of(rows[MetaField.Cluster], part).unsqueeze(1), Of(columns[MetaField.Cluster], part).unsqueeze(0));
            return own.eq(other).logical_and_(own.gt(0)); // [R, 1], [1, C] -> [R, C]; both 0 is no agreement
        }).Aggregate((a, b) => a.logical_or_(b));
}
