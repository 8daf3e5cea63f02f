using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Tests.Pipeline.Telemetry;

public sealed class SampleBoardTests
{
    [Fact]
    public void Add_ManyVersions_KeepsTheNewestAndTheFiveBefore()
    {
        var board = new SampleBoard();

        for (var version = 1; version <= 9; version++)
        {
            board.Add(new SampledVersion(version, 0, [], default, 1));
        }

        board.Versions.Select(v => v.ModelVersion).ShouldBe([4, 5, 6, 7, 8, 9]);
    }
}
