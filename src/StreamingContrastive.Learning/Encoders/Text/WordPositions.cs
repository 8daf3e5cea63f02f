using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Encoders.Text;

/// <summary>
/// Sinusoidal positions (Vaswani et al. 2017, section 3.5): p[w, 2 i] = sin(w / 10000^(2 i / d)), p[w, 2 i + 1] = cos of the same. Nothing
/// to learn, so a text longer than any before it has positions too.
/// </summary>
internal static class WordPositions
{
    private const double Base = 10000;

    /// <summary>Positions of the first words, [W, d].</summary>
    public static Tensor Of(long words, int dimension, Tensor like)
    {
        var place = arange(words, dtype: ScalarType.Float64).unsqueeze(1); // [W, 1]
        var rate = arange(0, dimension, 2, dtype: ScalarType.Float64).mul(-Math.Log(Base) / dimension).exp(); // [d / 2]
        var angle = place * rate; // [W, d / 2]
        return stack([angle.sin(), angle.cos()], 2).view(words, dimension).to(like.dtype, like.device);
    }
}
