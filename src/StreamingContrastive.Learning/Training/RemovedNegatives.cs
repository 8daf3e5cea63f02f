using StreamingContrastive.Learning.Objectives;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>
/// What the policies of a direction took from its negatives, by removal or as further positives, held against the labels where records
/// have them: a mask against false negatives is worth something where it removes more of the anchor's own class than chance would.
/// Counts over all anchors together.
/// </summary>
/// <param name="Anchors">Anchors.</param>
/// <param name="Removed">Negatives taken.</param>
/// <param name="RemovedLabelled">Those of them where anchor and candidate have a label.</param>
/// <param name="RemovedSameLabel">Those of them where it is the same one.</param>
/// <param name="OfferedLabelled">Negatives before the policies where both have a label.</param>
/// <param name="OfferedSameLabel">Those of them where it is the same one.</param>
internal readonly record struct RemovedNegatives(double Anchors, double Removed, double RemovedLabelled, double RemovedSameLabel, double OfferedLabelled, double OfferedSameLabel)
{
    /// <summary>Counts of all directions. To be read before the step's keys are enqueued: they take the places, and labels, of older candidates.</summary>
    public static RemovedNegatives Of(ObjectiveResult result)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        return result.Directions.Select(d => Of(d.Direction)).Aggregate((a, b) => a + b);
    }

    /// <summary>Counts of one direction. The caller holds no_grad and a dispose scope.</summary>
    public static RemovedNegatives Of(Direction direction)
    {
        var total = new RemovedNegatives(direction.Anchors.shape[0], 0, 0, 0, 0, 0);
        foreach (var (before, after) in direction.Offered.Zip(direction.Blocks))
        {
            if (before.Origin != Origin.Positive && before.Count > 0)
            {
                total += OfBlock(direction.Rows, before, after);
            }
        }

        return total;
    }

    public static RemovedNegatives operator +(RemovedNegatives a, RemovedNegatives b) => new(
        a.Anchors + b.Anchors, a.Removed + b.Removed, a.RemovedLabelled + b.RemovedLabelled, a.RemovedSameLabel + b.RemovedSameLabel,
        a.OfferedLabelled + b.OfferedLabelled, a.OfferedSameLabel + b.OfferedSameLabel);

    private static RemovedNegatives OfBlock(ItemMeta rows, CandidateBlock before, CandidateBlock after)
    {
        var offered = Negatives(before);
        // The same block means that no policy touched it.
        var removed = ReferenceEquals(before, after) ? zeros_like(offered) : offered.logical_and(Negatives(after).logical_not());
        if (before.Columns is not { } columns)
        {
            return new RemovedNegatives(0, Count(removed), 0, 0, 0, 0);
        }

        var (own, other) = (rows[MetaField.Label].unsqueeze(1), columns[MetaField.Label].unsqueeze(0)); // [R, 1], [1, C]
        var labelled = own.ge(0).logical_and(other.ge(0));
        var same = labelled.logical_and(own.eq(other));
        return new RemovedNegatives(
            0, Count(removed), Count(removed.logical_and(labelled)), Count(removed.logical_and(same)), Count(offered.logical_and(labelled)), Count(offered.logical_and(same)));
    }

    /// <summary>[R, C] bool: neither removed nor marked as a positive.</summary>
    private static Tensor Negatives(CandidateBlock block)
    {
        var all = block.LogWeight is { } weight ? weight.isneginf().logical_not().expand(block.Cosine.shape) : ones_like(block.Cosine, ScalarType.Bool);
        return block.Positive is { } positive ? all.logical_and(positive.le(0)) : all;
    }

    private static double Count(Tensor mask) => MetricsProbe.Value(mask.sum());
}
