using StreamingContrastive.Learning.Encoders;

namespace StreamingContrastive.Tests.Learning.Encoders;

public sealed class EncoderOptionsValidatorTests
{
    [Fact]
    public void Rules_Defaults_AreKept()
    {
        var options = new EncoderOptions();

        ((string?[])[EncoderOptionsValidator.Width(options), EncoderOptionsValidator.Head(options), EncoderOptionsValidator.Splits(options, 2), EncoderOptionsValidator.Picture(options, 8, 8)])
            .ShouldAllBe(problem => problem == null);
    }

    [Fact]
    public void Encoder_ImpossibleOptions_AreRefusedWithTheSentenceOfTheFile()
    {
        // A trainer that is made without a pipeline file must not ignore what a file may not say.
        Should.Throw<ArgumentException>(() => new Encoder(new EncoderOptions { Architecture = Architecture.ResNet34, Width = 32 }, channels: 1))
            .Message.ShouldContain("encoder:width = 32 does not fit encoder:architecture = resNet34");
        Should.Throw<ArgumentException>(() => new Encoder(new EncoderOptions { ProjectionLayers = 1, ProjectionHidden = 8 }, channels: 1))
            .Message.ShouldContain("encoder:projectionHidden = 8");
    }

    [Theory]
    [InlineData(Architecture.SmallResNet, 0, 16)]
    [InlineData(Architecture.SmallResNet, 24, 24)]
    [InlineData(Architecture.ResNet50, 0, 64)]
    public void StageWidth_Default_IsTheArchitecturesOwn(Architecture architecture, int width, int expected) =>
        new EncoderOptions { Architecture = architecture, Width = width }.StageWidth.ShouldBe(expected);
}
