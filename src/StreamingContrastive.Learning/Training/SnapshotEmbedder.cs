using StreamingContrastive.Learning.Encoders;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>Unit embeddings of frozen networks, written to host memory. Always folded, so that the same snapshot always takes the same path.</summary>
/// <param name="encoder">The part's encoder.</param>
/// <param name="input">How the part's bytes become its input.</param>
/// <param name="device">Device.</param>
internal sealed class SnapshotEmbedder(Encoder encoder, PartInput input, Device device)
{
    // Bounds the activations of a big request; the same whatever the batch size of training, so repeats are alike.
    private const int RowsAtOnce = 256;

    private readonly int rowBytes = input.Part.Bytes;
    private readonly byte[] staging = new byte[RowsAtOnce * input.Part.Bytes];

    public int Dimension(EmbeddingKindOf kind) =>
        kind == EmbeddingKindOf.Backbone ? encoder.FeatureDimension : encoder.ProjectionDimension;

    /// <summary>Embeds rows of the part alone, [count x bytes of the part], into [count x dimension].</summary>
    public void Embed(FrozenNetwork frozen, ReadOnlySpan<byte> rows, int count, EmbeddingKindOf kind, Span<float> destination)
    {
        var dimension = Dimension(kind);
        for (var done = 0; done < count; done += RowsAtOnce)
        {
            var some = Math.Min(RowsAtOnce, count - done);
            rows.Slice(done * rowBytes, some * rowBytes).CopyTo(staging);
            EmbedStaged(frozen, some, kind, destination.Slice(done * dimension, some * dimension));
        }
    }

    private void EmbedStaged(FrozenNetwork frozen, int rows, EmbeddingKindOf kind, Span<float> destination)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var decoded = input.Decode(BatchViews.OnDevice(staging, rows, rowBytes, device));
        var pass = ForwardPass.Evaluate(frozen);
        var vectors = kind == EmbeddingKindOf.Backbone ? encoder.UnitFeatures(pass, decoded) : encoder.UnitProjection(pass, decoded);
        vectors.to(ScalarType.Float32).cpu().contiguous().data<float>().CopyTo(destination);
    }
}
