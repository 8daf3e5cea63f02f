using System.Text;
using StreamingContrastive.Augmentation.Text;

namespace StreamingContrastive.Tests.Augmentation.Text;

public sealed class TextExcerptTests
{
    [Theory]
    [InlineData("", 4, "")]
    [InlineData("abcd", 4, "abcd")]
    [InlineData("abcde", 4, "abcd…")]
    [InlineData("ab❤", 3, "ab❤")]
    [InlineData("abc😀", 4, "abc…")]
    [InlineData("abc😀", 5, "abc😀")]
    public void Of_Text_IsItsBeginning(string text, int most, string expected) => TextExcerpt.Of(Encoding.UTF8.GetBytes(text), most).ShouldBe(expected);

    [Fact]
    public void Of_BytesThatAreNoText_ShowsThatTheyAreNone() => TextExcerpt.Of([(byte)'a', 0xFF, (byte)'b'], 4).ShouldBe("a\uFFFDb");

    [Fact]
    public void Of_LengthOutsideItsRange_IsRefused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => TextExcerpt.Of("a"u8, 1));
        Should.Throw<ArgumentOutOfRangeException>(() => TextExcerpt.Of("a"u8, 1025));
    }
}
