using System.Security.Cryptography;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Training;
using static TorchSharp.torch;
using Encoder = StreamingContrastive.Learning.Encoders.Encoder;

namespace StreamingContrastive.Learning.Evaluation;

/// <summary>
/// An encoder that only answers: a copy of its values, apart from whatever trained them. Its hash lets an evaluation prove that
/// nothing it did has moved the encoder. One thread uses it.
/// </summary>
public sealed class FrozenEncoder : IDisposable
{
    private readonly FrozenNetwork network;
    private readonly SnapshotEmbedder embedder;

    internal FrozenEncoder(Encoder encoder, NetworkState source, PartInput input)
    {
        network = new FrozenNetwork(encoder, source);
        embedder = new SnapshotEmbedder(encoder, input, source.Flat.device);
    }

    /// <summary>Dimension of a picture's features.</summary>
    public int Dimension => embedder.Dimension(EmbeddingKindOf.Backbone);

    /// <summary>Dimension of the projection, in which parts are compared with each other.</summary>
    public int ProjectionDimension => embedder.Dimension(EmbeddingKindOf.Projection);

    internal FrozenNetwork Network => network;

    /// <summary>Unit backbone features: running statistics, no gradients.</summary>
    /// <param name="rows">[count x bytes of the part]: pixels uint8, channels last, or token ids int32.</param>
    /// <param name="count">Rows.</param>
    /// <returns>[count x <see cref="Dimension"/>].</returns>
    /// <exception cref="ArgumentException">There are fewer bytes than that.</exception>
    public float[] Features(ReadOnlySpan<byte> rows, int count) => Embed(rows, count, EmbeddingKindOf.Backbone);

    /// <summary>Unit projections, which are comparable between the parts of one trainer: running statistics, no gradients.</summary>
    /// <param name="rows">[count x bytes of the part]: pixels uint8, channels last, or token ids int32.</param>
    /// <param name="count">Rows.</param>
    /// <returns>[count x <see cref="ProjectionDimension"/>].</returns>
    /// <exception cref="ArgumentException">There are fewer bytes than that.</exception>
    public float[] Projections(ReadOnlySpan<byte> rows, int count) => Embed(rows, count, EmbeddingKindOf.Projection);

    /// <summary>SHA-256 of every value that features depend on, as lower-case hexadecimal digits.</summary>
    public string ContentHash()
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in (IEnumerable<Tensor>)[network.State.Flat, network.State.FlatBuffers, .. network.Folded.Tensors])
        {
            hash.AppendData(tensor.cpu().contiguous().bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Frees all tensors.</summary>
    public void Dispose() => network.Dispose();

    private float[] Embed(ReadOnlySpan<byte> rows, int count, EmbeddingKindOf kind)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var vectors = new float[checked(count * embedder.Dimension(kind))];
        embedder.Embed(network, rows, count, kind, vectors);
        return vectors;
    }
}
