using StreamingContrastive.Learning.Evaluation;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Pipeline.Monitoring;

/// <summary>Projections of one part of some records, unit rows: what trainers of several parts publish, since it is their common space.</summary>
/// <param name="Values">[Present.Length x Dimension].</param>
/// <param name="Present">Records that have the part, ascending.</param>
/// <param name="Dimension">Values of a row, the same for all parts of a trainer.</param>
public sealed record HeldOutVectors(float[] Values, int[] Present, int Dimension)
{
    /// <summary>Embeds every part with its key encoder as it is now.</summary>
    public static IReadOnlyList<HeldOutVectors> Of(ContrastiveTrainer trainer, HeldOutRows rows) =>
        [.. Enumerable.Range(0, rows.Layout.Parts.Count).Select(part => Of(trainer, rows, part))];

    /// <summary>Ranks of the own candidates for the records that have both parts.</summary>
    public static int[] Ranks(HeldOutVectors queries, HeldOutVectors candidates)
    {
        int[] both = [.. queries.Present.Intersect(candidates.Present)];
        return both.Length == 0 ? [] : PairRetrieval.Ranks(queries.Of(both), candidates.Of(both), queries.Dimension);
    }

    private static HeldOutVectors Of(ContrastiveTrainer trainer, HeldOutRows rows, int part)
    {
        var (bytes, present) = rows.Part(part);
        var dimension = trainer.EmbeddingDimension;
        var values = new float[present.Length * dimension];
        trainer.Embed(part, bytes, present.Length, Snapshot.Key, EmbeddingKindOf.Projection, values);
        return new HeldOutVectors(values, present, dimension);
    }

    private float[] Of(int[] records)
    {
        if (records.Length == Present.Length)
        {
            return Values;
        }

        var some = new float[records.Length * Dimension];
        for (var i = 0; i < records.Length; i++)
        {
            Values.AsSpan(Array.BinarySearch(Present, records[i]) * Dimension, Dimension).CopyTo(some.AsSpan(i * Dimension));
        }

        return some;
    }
}
