using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Tests.Pipeline.Telemetry;

public sealed class LetterBoardTests
{
    private readonly LetterBoard _board = new();

    [Fact]
    public void Add_SameReason_IsCounted()
    {
        Add("decode", "Empty");
        Add("train", "NonFinite");
        Add("decode", "Empty");

        _board.Current.Counts.ShouldBe([new LetterCount("decode", "Empty", 2), new LetterCount("train", "NonFinite", 1)]);
    }

    [Fact]
    public void Add_ManyReasonsAndLongTexts_StaysBounded()
    {
        for (var i = 0; i < 1000; i++)
        {
            _board.Add($"records[0] offset {i}", new byte[10_000], "decode", $"type {i}", new string('x', 10_000));
        }

        var seen = _board.Current;
        seen.Counts.Length.ShouldBe(32);
        seen.Counts[0].ShouldBe(new LetterCount("other", "other", 969));
        seen.Newest.Select(l => l.Position).ShouldBe(Enumerable.Range(980, 20).Reverse().Select(i => $"records[0] offset {i}"));
        seen.Newest.ShouldAllBe(l => l.Key!.Length <= 64 && l.Message.Length <= 300);
    }

    private void Add(string stage, string type) => _board.Add("records[0] offset 1", null, stage, type, "message");
}
