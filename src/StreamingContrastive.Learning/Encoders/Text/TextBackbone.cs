namespace StreamingContrastive.Learning.Encoders.Text;

/// <summary>Text backbones by their options.</summary>
internal static class TextBackbone
{
    /// <summary>Adds the backbone's parameters to a layout.</summary>
    /// <exception cref="ArgumentException">The options make no backbone.</exception>
    public static IBackbone Create(NetworkLayout layout, TextEncoderOptions options)
    {
        TextEncoderOptionsValidator.Require(options);
        return options.Architecture switch
        {
            TextArchitecture.Bag => new BagBackbone(layout, options),
            TextArchitecture.Transformer => new TransformerBackbone(layout, options),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Architecture, $"encoder:text:architecture must be one of {string.Join(", ", Enum.GetNames<TextArchitecture>())}."),
        };
    }
}
