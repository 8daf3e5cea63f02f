using StreamingContrastive.Contracts.Rows;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>Turns a part's bytes, on the device, into what its backbone reads.</summary>
/// <param name="part">The part.</param>
/// <param name="dtype">Type of pixels.</param>
internal sealed class PartInput(RowPart part, ScalarType dtype)
{
    private const int BytesOfAToken = sizeof(int);

    /// <summary>The part.</summary>
    public RowPart Part => part;

    /// <summary>
    /// [N, bytes] uint8 -> normalised pixels [N, C, H, W] in channels-last memory, or token ids [N, T] int64, negative where a word begins
    /// (the top bit of an int32).
    /// </summary>
    public Tensor Decode(Tensor bytes)
    {
        using var scope = NewDisposeScope();
        var rows = bytes.contiguous(); // a slice of a longer row is not; a conversion would lose channels-last then
        var input = part.Kind == PartKind.Picture
            ? PixelInput.Normalize(rows.view(-1, part.Height, part.Width, part.Channels).permute(0, 3, 1, 2), dtype)
            : Tokens(rows.view(-1, part.Tokens, BytesOfAToken).to(ScalarType.Int64));
        return input.MoveToOuterDisposeScope();
    }

    // Little-endian bytes [N, T, 4] -> signed [N, T].
    private static Tensor Tokens(Tensor bytes)
    {
        var unsigned = (bytes * tensor((long[])[1, 1 << 8, 1 << 16, 1 << 24], device: bytes.device)).sum(-1);
        return unsigned - (unsigned.gt(int.MaxValue).to(ScalarType.Int64) * (1L << 32));
    }
}
