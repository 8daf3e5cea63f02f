using StreamingContrastive.Learning.Encoders;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>Unit embeddings of frozen networks, written to host memory. Always folded, so that the same snapshot always takes the same path.</summary>
internal sealed class SnapshotEmbedder(Encoder encoder, InputGeometry geometry, ScalarType dtype, Device device)
{
    // Bounds the activations of a big request; the same whatever the batch size of training, so repeats are alike.
    private const int RowsAtOnce = 256;

    private readonly byte[] staging = new byte[RowsAtOnce * geometry.RowBytes];

    public int Dimension(EmbeddingKindOf kind) =>
        kind == EmbeddingKindOf.Backbone ? encoder.FeatureDimension : encoder.ProjectionDimension;

    /// <summary>Embeds pictures [count x RowBytes] into [count x dimension].</summary>
    public void Embed(FrozenNetwork frozen, ReadOnlySpan<byte> pixels, int count, EmbeddingKindOf kind, Span<float> destination)
    {
        var dimension = Dimension(kind);
        for (var done = 0; done < count; done += RowsAtOnce)
        {
            var rows = Math.Min(RowsAtOnce, count - done);
            pixels.Slice(done * geometry.RowBytes, rows * geometry.RowBytes).CopyTo(staging);
            EmbedStaged(frozen, rows, kind, destination.Slice(done * dimension, rows * dimension));
        }
    }

    private void EmbedStaged(FrozenNetwork frozen, int rows, EmbeddingKindOf kind, Span<float> destination)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var input = PixelInput.ToDevice(staging, rows, geometry, dtype, device);
        var pass = ForwardPass.Evaluate(frozen);
        var vectors = kind == EmbeddingKindOf.Backbone ? encoder.UnitFeatures(pass, input) : encoder.UnitProjection(pass, input);
        vectors.to(ScalarType.Float32).cpu().contiguous().data<float>().CopyTo(destination);
    }
}
