using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.Tests.Pipeline.Checkpoints;

public sealed class CheckpointNameTests
{
    [Theory]
    [InlineData("0000000007-000000001234", 7, 1234, 0)]
    [InlineData("0000000007-000000001234-2", 7, 1234, 2)]
    [InlineData("12345678901-000000000000", 12345678901, 0, 0)]
    public void TryParse_Name_IsReadAndWrittenTheSame(string text, long epoch, long step, int sequence)
    {
        CheckpointName.TryParse(text, out var name).ShouldBeTrue();

        name.ShouldBe(new(epoch, step, sequence));
        name.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".tmp-0000000007-000000001234")]
    [InlineData("7-1234")]
    [InlineData("0000000007-000000001234-0")]
    [InlineData("0000000007-000000001234-2-3")]
    [InlineData("0000000007-00000000123x")]
    public void TryParse_AnythingElse_IsNoName(string? text) => CheckpointName.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void CompareTo_EpochThenStepThenSequence_SortsLikeTheText()
    {
        CheckpointName[] names = [new(1, 5), new(1, 10), new(1, 10, 1), new(2, 1), new(10, 0)];

        names.Reverse().Order().ShouldBe(names);
        names.Select(n => n.ToString()).Order(StringComparer.Ordinal).ShouldBe(names.Select(n => n.ToString()));
    }
}
