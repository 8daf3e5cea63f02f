using System.Numerics.Tensors;
using StreamingContrastive.Learning.Evaluation;

namespace StreamingContrastive.Host.Datasets;

/// <summary>The baseline that every table carries: the same judges on L2-normalised pixel vectors, no encoder at all.</summary>
internal static class RawPixelBaseline
{
    /// <summary>One row a picture: its bytes as float32, divided by their norm. A black picture stays zero.</summary>
    public static LabelledFeatures Features(LabelledPictures pictures)
    {
        int dimension = pictures.Shape.ByteCount;
        var values = new float[(long)pictures.Count * dimension];
        TensorPrimitives.ConvertTruncating(pictures.Pixels.Span, values);
        for (int start = 0; start < values.Length; start += dimension)
        {
            Span<float> row = values.AsSpan(start, dimension);
            float norm = TensorPrimitives.Norm<float>(row);
            if (norm > 0)
            {
                TensorPrimitives.Divide(row, norm, row);
            }
        }

        return new LabelledFeatures(values, pictures.Labels.ToArray());
    }

    /// <summary>kNN of pixels: the bank classifies the queries.</summary>
    public static IReadOnlyList<KnnResult> Knn(
        IReadOnlyList<KnnSettings> settings, LabelledPictures bank, LabelledPictures queries, CancellationToken cancellationToken = default) =>
        KnnClassifier.Evaluate(settings, Features(bank), Features(queries), cancellationToken);
}
