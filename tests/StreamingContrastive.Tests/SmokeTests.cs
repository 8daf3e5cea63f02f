namespace StreamingContrastive.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void Smoke_Always_Passes() => 1.ShouldBe(1);
}
