using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>
/// Brings host pictures to the device: uint8 [N, H, W, C] is copied once, seen as [N, C, H, W] with channels-last strides (which
/// convolutions then keep), and normalised there as (x/255 - 0.5) / 0.25. The constants are fixed for every data set, because a
/// stream has no mean to know in advance; they are part of the embedding space's id.
/// </summary>
internal static class PixelInput
{
    /// <summary>Text of the normalisation for the space id.</summary>
    public const string Normalization = "(x/255-0.5)/0.25";

    private const double Scale = 1 / (255 * 0.25);
    private const double Shift = 0.5 / 0.25;

    /// <summary>Normalises uint8 pictures of any layout.</summary>
    public static Tensor Normalize(Tensor pictures, ScalarType dtype) => pictures.to(dtype).mul_(Scale).sub_(Shift);
}
