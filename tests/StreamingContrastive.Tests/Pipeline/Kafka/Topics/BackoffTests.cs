using StreamingContrastive.Pipeline.Kafka.Topics;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Topics;

public sealed class BackoffTests
{
    private static readonly Backoff Pauses = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(10));

    [Theory]
    [InlineData(1, 500)]
    [InlineData(2, 1000)]
    [InlineData(3, 2000)]
    [InlineData(5, 8000)]
    [InlineData(6, 10_000)]
    [InlineData(5000, 10_000)]
    public void After_ANumberOfFailures_DoublesUpToTheCap(int failures, int milliseconds) =>
        Pauses.After(failures).ShouldBe(TimeSpan.FromMilliseconds(milliseconds));

    [Fact]
    public void After_NoFailure_IsRefused() => Should.Throw<ArgumentOutOfRangeException>(() => Pauses.After(0));
}
