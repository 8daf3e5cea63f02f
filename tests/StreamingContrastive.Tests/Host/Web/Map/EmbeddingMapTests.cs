using System.Text.Json;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Host.Web.Map;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Tests.Host.Web.Map;

public sealed class EmbeddingMapTests
{
    private readonly SampleBoard _board = new();

    /// <summary>Seen to fail without the alignment: the axes of the new version point the other way.</summary>
    [Fact]
    public void Follow_SpaceThatTurned_LeavesThePointsWhereTheyWere()
    {
        var map = new EmbeddingMap(_board, [], DashboardFixture.Parts);
        _board.Add(DashboardFixture.Version(1, ids: [1, 2, 3, 4, 5]));
        map.Follow().ShouldBe(1);
        var before = Points(map);

        _board.Add(DashboardFixture.Version(2, turn: Math.PI / 2, ids: [9, 5, 4, 3, 2])); // The axes are begun from the first rows.
        map.Follow().ShouldBe(2);
        var after = Points(map);

        after.Keys.ShouldBe([9, 5, 4, 3, 2]);
        foreach (var id in (long[])[2, 3, 4, 5])
        {
            // The mean moves with the one that is new, so points shift a little.
            Math.Abs(after[id].X - before[id].X).ShouldBeLessThan(0.25);
            Math.Abs(after[id].Y - before[id].Y).ShouldBeLessThan(0.25);
        }
    }

    [Fact]
    public void Follow_NothingNew_MakesNoNewMap()
    {
        var map = new EmbeddingMap(_board, [], DashboardFixture.Parts);
        map.Follow().ShouldBe(0);
        map.Json.ShouldBeNull();
        _board.Add(DashboardFixture.Version(1, ids: [1, 2]));
        map.Follow();
        var json = map.Json;

        map.Follow().ShouldBe(1);

        map.Json.ShouldBeSameAs(json);
    }

    [Fact]
    public void Record_OfAnOlderVersion_IsStillFound()
    {
        var map = new EmbeddingMap(_board, [], DashboardFixture.Parts);
        _board.Add(DashboardFixture.Version(1, ids: [1, 2]));
        _board.Add(DashboardFixture.Version(2, ids: [2, 3]));

        map.Record(1)!.Id.ShouldBe(1);
        map.Record(4).ShouldBeNull();
    }

    /// <summary>Texts come from strangers: what could move a cursor or end a script is told as what it is, and a map is not as long as its texts.</summary>
    [Fact]
    public void Follow_TextsOfStrangers_AreBoundedLinesOfPrintableCharacters()
    {
        var map = new EmbeddingMap(_board, [], [RowPart.Picture("picture", 2, 2, 1), RowPart.Text("text", 4)]);
        var version = DashboardFixture.Version(1, ids: [1, 2]);
        _board.Add(version with { Records = [version.Records[0], version.Records[1] with { Part = 1, Text = "</script>\u202e\n" + new string('x', 300) }] });

        map.Follow();

        System.Text.Encoding.UTF8.GetString(map.Json!).ShouldNotContain("<");
        var root = JsonDocument.Parse(map.Json).RootElement;
        root.GetProperty("parts").EnumerateArray().Select(p => (p.GetProperty("name").GetString(), p.GetProperty("isText").GetBoolean())).ShouldBe([("picture", false), ("text", true)]);
        root.GetProperty("points")[0].GetProperty("text").ValueKind.ShouldBe(JsonValueKind.Null);
        root.GetProperty("points")[1].GetProperty("part").GetInt32().ShouldBe(1);
        root.GetProperty("points")[1].GetProperty("text").GetString().ShouldBe("</script>\\u{202E}\\u{A}" + new string('x', 190) + "...");
    }

    private static Dictionary<long, (double X, double Y)> Points(EmbeddingMap map) =>
        JsonDocument.Parse(map.Json).RootElement.GetProperty("points").EnumerateArray()
            .ToDictionary(p => p.GetProperty("id").GetInt64(), p => (p.GetProperty("x").GetDouble(), p.GetProperty("y").GetDouble()));
}
