using StreamingContrastive.Augmentation;

namespace StreamingContrastive.Tests.Augmentation;

public sealed class PayloadOptionsValidatorTests
{
    [Theory]
    [InlineData(PayloadFormat.Raw)]
    [InlineData(PayloadFormat.Image)]
    [InlineData(PayloadFormat.Json)]
    public void Validate_Defaults_NoMessage(PayloadFormat format) =>
        PayloadOptionsValidator.Validate(new PayloadOptions { Format = format }, "payload").ShouldBeEmpty();

    [Fact]
    public void Validate_RawLargerThanLimit_NamesKeyAndBytes()
    {
        string message = PayloadOptionsValidator.Validate(new PayloadOptions { Channels = 3, MaxValueBytes = 2351 }, "payload").ShouldHaveSingleItem();

        message.ShouldContain("payload:maxValueBytes is 2351");
        message.ShouldContain("2352 bytes");
    }

    [Fact]
    public void Validate_RawExactlyAtLimit_NoMessage() =>
        PayloadOptionsValidator.Validate(new PayloadOptions { Channels = 3, MaxValueBytes = 2352 }, "payload").ShouldBeEmpty();

    [Fact]
    public void Validate_JsonWithoutField_NamesKey() =>
        PayloadOptionsValidator.Validate(new PayloadOptions { Format = PayloadFormat.Json, JsonField = " " }, "payload")
            .ShouldHaveSingleItem().ShouldContain("payload:jsonField");

    [Fact]
    public void Validate_UndefinedFormat_NamesKey() =>
        PayloadOptionsValidator.Validate(new PayloadOptions { Format = (PayloadFormat)7 }, "payload")
            .ShouldHaveSingleItem().ShouldContain("payload:format is 7");
}
