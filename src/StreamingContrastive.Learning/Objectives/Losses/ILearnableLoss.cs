using StreamingContrastive.Learning.Encoders;

namespace StreamingContrastive.Learning.Objectives.Losses;

/// <summary>
/// A loss with values of its own that gradient descent moves, such as a learned temperature. Whoever trains it creates a state of its
/// layout, binds it before the first forward, steps an optimizer over it without weight decay, clamps, and saves it.
/// </summary>
internal interface ILearnableLoss : ILoss
{
    /// <summary>Names, shapes and first values.</summary>
    public NetworkLayout Layout { get; }

    /// <summary>The values that forwards use from now on; not owned.</summary>
    public void Bind(NetworkState values);

    /// <summary>Holds the values within their limits, after an optimizer step.</summary>
    public void Clamp();

    /// <summary>The values as a person knows them.</summary>
    public LossScale Read();
}

/// <summary>Learned values of a loss.</summary>
/// <param name="Scale">t, factor on cosines: 1 over the temperature.</param>
/// <param name="Bias">b, added to logits; null where the loss has none.</param>
public sealed record LossScale(double Scale, double? Bias);
