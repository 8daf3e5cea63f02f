namespace StreamingContrastive.Augmentation.Views;

/// <summary>
/// The random stream of each step of a view. Numbers are part of every view's definition: never renumber, only append.
/// A step draws from its own stream, so switching another one off, or adding one, changes nothing here.
/// </summary>
internal enum ViewStep
{
    Crop = 1,
    Warp = 2,
    Flip = 3,
    JitterChance = 4,
    JitterOrder = 5,
    Brightness = 6,
    Contrast = 7,
    Saturation = 8,
    Hue = 9,
    Greyscale = 10,
    Blur = 11,
    Erase = 12,
    WordMask = 13,
    WordKept = 14,
}
