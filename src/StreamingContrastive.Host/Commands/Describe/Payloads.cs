using StreamingContrastive.Augmentation;

namespace StreamingContrastive.Host.Commands.Describe;

/// <summary>Describes how a record's value is written.</summary>
internal static class Payloads
{
    /// <summary>For instance "raw 28x28x1, exactly 784 bytes".</summary>
    public static string Describe(PayloadOptions payload) => payload.Format switch
    {
        PayloadFormat.Raw => $"raw {payload.Shape}, exactly {payload.Shape.ByteCount} bytes",
        PayloadFormat.Image => $"png, jpeg or webp, resized to {payload.Shape}",
        PayloadFormat.Json => $"json with a picture in field {payload.JsonField}, resized to {payload.Shape}",
        _ => throw new ArgumentOutOfRangeException(nameof(payload), payload.Format, "A payload format without a description."),
    };
}
