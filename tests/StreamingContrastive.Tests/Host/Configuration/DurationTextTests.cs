using CsCheck;
using StreamingContrastive.Host.Configuration;

namespace StreamingContrastive.Tests.Host.Configuration;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("10s", 10_000)]
    [InlineData("10 s", 10_000)]
    [InlineData("1.5m", 90_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("00:00:10", 10_000)]
    [InlineData("0:00:00.25", 250)]
    [InlineData("1.00:00:00", 86_400_000)]
    public void TryParse_AllowedForm_Reads(string text, double milliseconds)
    {
        DurationText.TryParse(text, out var duration).ShouldBeTrue();

        duration.TotalMilliseconds.ShouldBe(milliseconds);
    }

    [Theory]
    [InlineData("10")]
    [InlineData("-1s")]
    [InlineData("s")]
    [InlineData("10d")]
    [InlineData("00:61:00")]
    [InlineData("99999999999999h")]
    [InlineData("")]
    public void TryParse_AnotherForm_Refuses(string text) => DurationText.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Format_AnyDuration_ReadsBackTheSame() => Gen.Long[0, TimeSpan.FromDays(3000).Ticks].Sample(
        ticks => DurationText.TryParse(DurationText.Format(new TimeSpan(ticks)), out var again) && again.Ticks == ticks, seed: "0000KOIPe036", iter: 2000);

    [Fact]
    public void Format_WholeMilliseconds_ReadsBackTheSame() => Gen.Int[0, int.MaxValue].Sample(
        ms => DurationText.TryParse(DurationText.Format(TimeSpan.FromMilliseconds(ms)), out var again) && again.TotalMilliseconds == ms, seed: "0000KOIPe036", iter: 2000);
}
