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

    internal FrozenEncoder(Encoder encoder, NetworkState source, InputGeometry input)
    {
        network = new FrozenNetwork(encoder, source);
        embedder = new SnapshotEmbedder(encoder, input, source.Flat.dtype, source.Flat.device);
    }

    /// <summary>Dimension of a picture's features.</summary>
    public int Dimension => embedder.Dimension(EmbeddingKindOf.Backbone);

    internal FrozenNetwork Network => network;

    /// <summary>Unit backbone features: running statistics, no gradients.</summary>
    /// <param name="pixels">[count x bytes of a picture] uint8, channels last.</param>
    /// <param name="count">Pictures.</param>
    /// <returns>[count x <see cref="Dimension"/>].</returns>
    /// <exception cref="ArgumentException">There are fewer pixels than that.</exception>
    public float[] Features(ReadOnlySpan<byte> pixels, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var features = new float[checked(count * Dimension)];
        embedder.Embed(network, pixels, count, EmbeddingKindOf.Backbone, features);
        return features;
    }

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
}
