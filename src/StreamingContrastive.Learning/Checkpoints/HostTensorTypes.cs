namespace StreamingContrastive.Learning.Checkpoints;

/// <summary>Sizes of element types and shapes, checked against overflow.</summary>
internal static class HostTensorTypes
{
    public static int ElementBytes(HostTensorType type) => type switch
    {
        HostTensorType.F64 or HostTensorType.I64 => 8,
        HostTensorType.F32 or HostTensorType.I32 => 4,
        HostTensorType.U8 or HostTensorType.BOOL => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "This element type has no size here: add it to HostTensorTypes."),
    };

    /// <summary>Bytes of a tensor, or false where an extent is negative or the product leaves 63 bits.</summary>
    public static bool TryByteCount(HostTensorType type, IReadOnlyList<long> shape, out long bytes)
    {
        Int128 product = ElementBytes(type);
        foreach (long extent in shape)
        {
            // Both factors fit 63 bits, so 126 bits hold the product.
            product *= extent;
            if (extent < 0 || product > long.MaxValue)
            {
                bytes = 0;
                return false;
            }
        }

        bytes = (long)product;
        return true;
    }
}
