using System.Numerics.Tensors;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Learning.Evaluation;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Host.Evaluation;

/// <summary>
/// How well the estimator of matches tells pictures of the same class, over random pairs of the pictures asked about, beside the cosines that
/// it would have to beat: of the projections that it sees, of the backbone's features, of the pixels.
/// </summary>
internal static class EstimatorJudgement
{
    private const int Pairs = 50_000;

    /// <summary>The figures; empty for a trainer without an estimator.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="queries">The pictures.</param>
    /// <param name="projectionDimension">Dimension of a projection.</param>
    /// <param name="seed">Draws the pairs.</param>
    public static IReadOnlyDictionary<string, double> Of(ContrastiveTrainer trainer, LabelledPictures queries, int projectionDimension, ulong seed)
    {
        if (trainer.Matches is not { } matches)
        {
            return new Dictionary<string, double>();
        }

        var random = new Random(unchecked((int)(seed ^ (seed >> 32))));
        var pairs = new (int Left, int Right)[Pairs];
        for (var i = 0; i < pairs.Length; i++)
        {
            var left = random.Next(queries.Count);
            pairs[i] = (left, (left + 1 + random.Next(queries.Count - 1)) % queries.Count); // never a picture and itself
        }

        var labels = queries.Labels.ToArray();
        bool[] same = [.. pairs.Select(p => labels[p.Left] == labels[p.Right])];
        var projections = Embedded(trainer, queries, EmbeddingKindOf.Projection, projectionDimension);
        var probabilities = new double[Pairs];
        matches.Probabilities(
            Side(projections, projectionDimension, [.. pairs.Select(p => p.Left)]), Side(projections, projectionDimension, [.. pairs.Select(p => p.Right)]),
            projectionDimension, probabilities);
        double Area(double[] scores) => RankAuc.Of(scores, same) ?? double.NaN;
        return new Dictionary<string, double>
        {
            [EvaluationNames.EstimatorAuc] = Area(probabilities),
            [EvaluationNames.ProjectionAuc] = Area(Cosines(projections, projectionDimension, pairs)),
            [EvaluationNames.BackboneAuc] = Area(Cosines(Embedded(trainer, queries, EmbeddingKindOf.Backbone, trainer.FeatureDimension), trainer.FeatureDimension, pairs)),
            [EvaluationNames.PixelAuc] = Area(Cosines(RawPixelBaseline.Features(queries).Values, queries.Shape.ByteCount, pairs)),
            [EvaluationNames.EstimatorError] = CalibrationError.Of(probabilities, same) ?? double.NaN,
            [EvaluationNames.EstimatorTrusted] = matches.IsTrusted ? 1 : 0,
        };
    }

    private static float[] Embedded(ContrastiveTrainer trainer, LabelledPictures pictures, EmbeddingKindOf kind, int dimension)
    {
        var vectors = new float[pictures.Count * dimension];
        trainer.Embed(pictures.Pixels.Span, pictures.Count, Snapshot.Key, kind, vectors);
        return vectors;
    }

    private static float[] Side(float[] vectors, int dimension, int[] rows)
    {
        var side = new float[rows.Length * dimension];
        for (var i = 0; i < rows.Length; i++)
        {
            vectors.AsSpan(rows[i] * dimension, dimension).CopyTo(side.AsSpan(i * dimension));
        }

        return side;
    }

    // All rows are unit.
    private static double[] Cosines(float[] vectors, int dimension, (int Left, int Right)[] pairs) =>
        [.. pairs.Select(p => (double)TensorPrimitives.Dot<float>(vectors.AsSpan(p.Left * dimension, dimension), vectors.AsSpan(p.Right * dimension, dimension)))];
}
