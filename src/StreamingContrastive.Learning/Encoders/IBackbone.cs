using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>
/// What turns a part's input into features, as a recipe without values: it has added its parameters to a layout, and a forward takes
/// them from the pass's state. Stateless: randomness comes from the pass.
/// </summary>
internal interface IBackbone
{
    /// <summary>F, features of an input.</summary>
    public int FeatureDimension { get; }

    /// <summary>Features [N, F], not normalised, of normalised pixels [N, C, H, W] or token ids [N, T] int64.</summary>
    public Tensor Forward(ForwardPass pass, Tensor input);

    /// <summary>Writes the folded form of frozen normalisations; a backbone without any does nothing.</summary>
    public void Fold(NetworkState state, FoldedNetwork into);
}
