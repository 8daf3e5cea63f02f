using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>Convolution weights and biases that have a BatchNorm's running statistics multiplied in, one pair a convolution.</summary>
internal sealed class FoldedNetwork(int count) : IDisposable
{
    private readonly Tensor?[] weights = new Tensor?[count];
    private readonly Tensor?[] biases = new Tensor?[count];

    /// <summary>Takes ownership of both tensors.</summary>
    public void Set(int index, Tensor weight, Tensor bias)
    {
        weights[index]?.Dispose();
        biases[index]?.Dispose();
        weights[index] = weight.DetachFromDisposeScope();
        biases[index] = bias.DetachFromDisposeScope();
    }

    /// <summary>The folded pair; null for a convolution whose normalisation cannot be folded (GroupNorm).</summary>
    public (Tensor Weight, Tensor Bias)? Get(int index) =>
        weights[index] is { } weight && biases[index] is { } bias ? (weight, bias) : null;

    /// <summary>All that is there, in a fixed order.</summary>
    public IEnumerable<Tensor> Tensors => weights.Concat(biases).OfType<Tensor>();

    public void Dispose()
    {
        foreach (var tensor in Tensors)
        {
            tensor.Dispose();
        }
    }
}

/// <summary>
/// A network that is only evaluated: a copy of the values and their folded form. A frozen BatchNorm is an affine map of each channel,
/// so it is multiplied into the convolution before it once, instead of being computed for every picture.
/// </summary>
internal sealed class FrozenNetwork : IDisposable
{
    private readonly Encoder encoder;

    public FrozenNetwork(Encoder encoder, NetworkState source)
    {
        this.encoder = encoder;
        State = source.Clone();
        Folded = new FoldedNetwork(source.Layout.FoldableCount);
        encoder.Fold(State, Folded);
    }

    public NetworkState State { get; }

    public FoldedNetwork Folded { get; }

    /// <summary>Freezes another state in place of the present one.</summary>
    public void Refreeze(NetworkState source)
    {
        State.CopyFrom(source);
        Refold();
    }

    /// <summary>Folds again after <see cref="State"/> was written to.</summary>
    public void Refold() => encoder.Fold(State, Folded);

    public void Dispose()
    {
        Folded.Dispose();
        State.Dispose();
    }
}
