namespace StreamingContrastive.Augmentation.Pixels;

/// <summary>
/// Grey of a colour by ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B. The weights are 16-bit fixed point and sum to 65,536, so white
/// stays 255 and the result is the same on every machine.
/// </summary>
internal static class Luma
{
    /// <summary>65,536 x 0.299.</summary>
    public const int RedWeight = 19595;

    /// <summary>65,536 x 0.587.</summary>
    public const int GreenWeight = 38470;

    /// <summary>65,536 x 0.114.</summary>
    public const int BlueWeight = 7471;

    /// <summary>Bits behind the point of the weights.</summary>
    public const int Bits = 16;

    /// <summary>Grey level 0..255, rounded to nearest.</summary>
    public static byte Of(byte red, byte green, byte blue) =>
        (byte)(((RedWeight * red) + (GreenWeight * green) + (BlueWeight * blue) + (1 << (Bits - 1))) >> Bits);
}
