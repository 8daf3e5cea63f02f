using System.Numerics.Tensors;
using StreamingContrastive.Host.Commands.Produce;
using StreamingContrastive.Host.Datasets;

namespace StreamingContrastive.Host.Evaluation.Pairs;

/// <summary>The baseline without an encoder: the drawings' pixels. A text has none, so it asks nothing here.</summary>
internal static class EmojiPixels
{
    /// <summary>Pixels as they are.</summary>
    public static IReadOnlyDictionary<string, PartVectors> Of(EmojiPairsDataset set, IReadOnlyList<int> emoji) => new Dictionary<string, PartVectors>
    {
        [EmojiRecords.Twitter] = Rows(set.Twitter, emoji),
        [EmojiRecords.Google] = Rows(set.Google, emoji),
    };

    /// <summary>
    /// Pixels with the mean drawing of their style taken away: what a style has in common (the white around it) says nothing of the emoji,
    /// and weighs most in a cosine. The means are those of the emoji to learn from.
    /// </summary>
    public static IReadOnlyDictionary<string, PartVectors> Centred(EmojiPairsDataset set, IReadOnlyList<int> train, IReadOnlyList<int> emoji)
    {
        var (means, rows) = (Of(set, train), Of(set, emoji));
        foreach (var (part, vectors) in rows)
        {
            var mean = Mean(means[part]);
            for (var at = 0; at < vectors.Rows.Length; at += vectors.Dimension)
            {
                var row = vectors.Rows.AsSpan(at, vectors.Dimension);
                TensorPrimitives.Subtract(row, mean, row);
            }
        }

        return rows;
    }

    private static PartVectors Rows(LabelledPictures pictures, IReadOnlyList<int> emoji)
    {
        var picked = pictures.Pick(pictures.Name, emoji);
        var rows = new float[picked.Pixels.Length];
        TensorPrimitives.ConvertTruncating(picked.Pixels.Span, rows);
        return new PartVectors(rows, picked.Shape.ByteCount);
    }

    private static float[] Mean(PartVectors vectors)
    {
        var mean = new float[vectors.Dimension];
        for (var at = 0; at < vectors.Rows.Length; at += vectors.Dimension)
        {
            TensorPrimitives.Add(mean, vectors.Rows.AsSpan(at, vectors.Dimension), mean);
        }

        TensorPrimitives.Divide(mean, vectors.Rows.Length / vectors.Dimension, mean);
        return mean;
    }
}
