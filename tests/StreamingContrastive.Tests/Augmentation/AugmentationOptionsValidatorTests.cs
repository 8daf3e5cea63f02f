using StreamingContrastive.Augmentation;

namespace StreamingContrastive.Tests.Augmentation;

public sealed class AugmentationOptionsValidatorTests
{
    [Fact]
    public void Validate_Defaults_NoMessage() =>
        AugmentationOptionsValidator.Validate(new AugmentationOptions(), "augmentation").ShouldBeEmpty();

    [Fact]
    public void Validate_CropAreasSwapped_NamesKeyValueAndLimit() =>
        AugmentationOptionsValidator.Validate(new AugmentationOptions { CropMinArea = 0.9, CropMaxArea = 0.25 }, "augmentation")
            .ShouldHaveSingleItem().ShouldBe("augmentation:cropMinArea is 0.9; it must be at most augmentation:cropMaxArea, which is 0.25.");

    [Fact]
    public void Validate_BlurSigmasSwapped_NamesKeyValueAndLimit() =>
        AugmentationOptionsValidator.Validate(new AugmentationOptions { BlurMinSigma = 3, BlurMaxSigma = 1.5 }, "a:b")
            .ShouldHaveSingleItem().ShouldBe("a:b:blurMinSigma is 3; it must be at most a:b:blurMaxSigma, which is 1.5.");
}
