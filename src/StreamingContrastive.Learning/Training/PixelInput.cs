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

    /// <summary>The first <paramref name="count"/> pictures as [N, C, H, W]; the host buffer is free again when this returns.</summary>
    public static Tensor ToDevice(byte[] pixels, int count, InputGeometry geometry, ScalarType dtype, Device device)
    {
        using var scope = NewDisposeScope();
        var host = frombuffer(pixels, ScalarType.Byte, (long)count * geometry.RowBytes);
        var pictures = host.view(count, geometry.Height, geometry.Width, geometry.Channels).to(device).permute(0, 3, 1, 2);
        return Normalize(pictures, dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Normalises uint8 pictures of any layout.</summary>
    public static Tensor Normalize(Tensor pictures, ScalarType dtype) => pictures.to(dtype).mul_(Scale).sub_(Shift);

    /// <summary>The first <paramref name="count"/> pictures as they are, [N, bytes] uint8 on the device; on the CPU it shares the host buffer, so it must be used before that changes.</summary>
    public static Tensor Raw(byte[] pixels, int count, InputGeometry geometry, Device device)
    {
        using var scope = NewDisposeScope();
        return frombuffer(pixels, ScalarType.Byte, (long)count * geometry.RowBytes).view(count, geometry.RowBytes).to(device).MoveToOuterDisposeScope();
    }
}
