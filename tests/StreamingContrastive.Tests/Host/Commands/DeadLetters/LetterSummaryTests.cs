using System.Text.Json;
using StreamingContrastive.Contracts.Client;
using StreamingContrastive.Host.Commands.DeadLetters;
using static StreamingContrastive.Tests.Host.Commands.DeadLetters.Letters;

namespace StreamingContrastive.Tests.Host.Commands.DeadLetters;

public sealed class LetterSummaryTests
{
    [Fact]
    public void Add_RepeatsAndReasons_CountsRecordsAndKeepsTheNewest()
    {
        var summary = new LetterSummary(2, new SeenPositions());
        foreach (var letter in new[] { Letter(3), Letter(1), Letter(2, "validate", "BadLabel"), Letter(3), Letter(4) })
        {
            summary.Add(letter);
        }

        (summary.Letters, summary.Records).ShouldBe((5, 4));
        summary.Groups.ShouldBe([("decode", "WrongLength", 3L), ("validate", "BadLabel", 1L)]);
        summary.Newest.Select(l => l.Record.Offset).ShouldBe([3, 4]);
    }

    [Fact]
    public void Add_InventedReasonsWithoutEnd_KeepsTheirNumberBounded()
    {
        var summary = new LetterSummary(1, new SeenPositions());
        for (var i = 0; i < 5000; i++)
        {
            summary.Add(Letter(i, reason: $"Reason{i}"));
        }

        summary.Groups.Count.ShouldBeLessThanOrEqualTo(201);
        summary.Groups.Sum(g => g.Records).ShouldBe(5000);
    }

    [Fact]
    public void Text_MessageOfAStranger_IsEscaped()
    {
        var summary = new LetterSummary(5, new SeenPositions());
        summary.Add(Letter(1, stage: "de\u001b[31mcode", words: "bad\u001b]0;owned\u0007\nnext line"));

        var text = LetterList.Text("birds.dead-letters", summary, unreadable: 2);

        text.ShouldNotContain("\u001b");
        text.ShouldContain("birds.dead-letters: 1 letters of 1 records\n2 messages without");
        text.ShouldContain("1970-01-01T00:00:05.001Z  records/0/1  de\\u{1B}[31mcode WrongLength  bad\\u{1B}]0;owned\\u{7}\\u{A}next line\n");
    }

    [Fact]
    public void Json_MessageOfAStranger_IsOneObjectOfPlainAscii()
    {
        var summary = new LetterSummary(5, new SeenPositions());
        summary.Add(Letter(1, words: "bad\u001b\u202E\"", replays: 2));

        var json = LetterList.Json("birds.dead-letters", summary, unreadable: 0);

        json.ShouldAllBe(c => c == '\n' || (c >= ' ' && c <= '~'));
        var newest = JsonDocument.Parse(json).RootElement.GetProperty("newest")[0];
        newest.GetProperty("record").GetString().ShouldBe("records/0/1");
        newest.GetProperty("letter").GetString().ShouldBe("birds.dead-letters/0/101");
        newest.GetProperty("replays").GetInt64().ShouldBe(2);
    }

    [Fact]
    public void Show_Letter_SaysEverythingAndIsEscaped()
    {
        var letter = Letter(7, replays: 1, words: "no\u001b");

        var text = LetterDetail.Text(letter, 2);

        text.ShouldNotContain("\u001b");
        text.ShouldContain("record   records/0/7  of 1970-01-01T00:00:01.007Z\nletter   birds.dead-letters/0/107  of 1970-01-01T00:00:05.007Z\n");
        text.ShouldContain("refused  decode WrongLength: no\\u{1B}\nreplays  1\nkey      \"key-7\"\n");
        text.ShouldContain("  label = \"3\"\n");
        text.ShouldContain("  dead-letter-id = \"birds/records/0/7\"\n");
        text.ShouldContain("value    3 bytes\n  00000000  01 02 ");
        text.ShouldEndWith("  ... --bytes shows more of it\n");
        var json = JsonDocument.Parse(LetterDetail.Json(letter, 2)).RootElement;
        json.GetProperty("value").GetBytesFromBase64().ShouldBe([1, 2]);
        json.GetProperty("valueBytes").GetInt32().ShouldBe(3);
    }

    [Fact]
    public void Of_MessageThatIsNoLetter_IsNull() =>
        ReceivedLetter.Of(new ReceivedMessage("birds.dead-letters", 0, 1, 1, null, [1], [new("dead-letter-partition", "x"u8.ToArray())])).ShouldBeNull();

    [Theory]
    [InlineData("records/0/17", true)]
    [InlineData("records/0", false)]
    [InlineData("/0/1", false)]
    [InlineData("records/-1/1", false)]
    [InlineData("records/0/x", false)]
    public void TryParse_Position_KnowsTheForm(string text, bool isOne) => LetterPosition.TryParse(text, out _).ShouldBe(isOne);
}
