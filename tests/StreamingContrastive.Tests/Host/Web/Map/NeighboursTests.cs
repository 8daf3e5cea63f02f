using System.Collections.Immutable;
using StreamingContrastive.Host.Web.Map;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Tests.Host.Web.Map;

public sealed class NeighboursTests
{
    [Fact]
    public void Of_Record_AreTheTenOfTheLargestCosineWithoutItself()
    {
        var view = Neighbours.Of([DashboardFixture.Version(7, ids: [.. Enumerable.Range(1, 15).Select(i => (long)i)])], 1)!;

        view.Now.Version.ShouldBe(7);
        view.Now.Items.Select(n => n.Id).ShouldBe([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        view.Now.Items[0].Similarity.ShouldBe((float)Math.Cos((0.2 * 1.02) - (0.1 * 1.01)), 1e-6f);
        view.Then.ShouldBeNull();
        view.Kept.ShouldBeNull();
    }

    [Fact]
    public void Of_SixVersions_ComparesWithFiveVersionsAgo()
    {
        // Before, 20 to 24 stood where 2 to 6 stand now.
        var old = DashboardFixture.Version(1, ids: [1, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
        var now = DashboardFixture.Version(6, ids: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        ImmutableArray<SampledVersion> versions = [old, .. Enumerable.Range(2, 4).Select(v => DashboardFixture.Version(v, ids: [1, 2, 3])), now];

        var view = Neighbours.Of(versions, 1)!;

        view.Then!.VersionsAgo.ShouldBe(5);
        view.Then.Version.ShouldBe(1);
        view.Then.Items.Select(n => n.Id).ShouldBe([7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
        view.Kept.ShouldBe(5); // 7 to 11
    }

    [Fact]
    public void Of_RecordThatCameLater_ComparesWithTheFirstVersionThatKnowsIt()
    {
        var view = Neighbours.Of([DashboardFixture.Version(1, ids: [1, 2]), DashboardFixture.Version(2, ids: [1, 2, 3]), DashboardFixture.Version(3, ids: [1, 2, 3])], 3)!;

        view.Then!.Version.ShouldBe(2);
        view.Then.VersionsAgo.ShouldBe(1);
    }

    [Fact]
    public void Of_RecordsOfParts_NeighboursSayTheirPartAndText()
    {
        var version = DashboardFixture.Version(1, ids: [1, 2, 3]);
        version = version with { Records = [version.Records[0] with { Part = 1, Text = "a" }, version.Records[1], version.Records[2] with { Part = 1, Text = "b\r" }] };

        var view = Neighbours.Of([version], 1)!;

        (view.Part, view.Text).ShouldBe((1, "a"));
        view.Now.Items.Select(n => (n.Id, n.Part, n.Text)).ShouldBe([(2, 0, null), (3, 1, "b\\u{D}")]);
    }

    [Fact]
    public void Of_UnknownRecord_IsNull()
    {
        Neighbours.Of([], 1).ShouldBeNull();
        Neighbours.Of([DashboardFixture.Version(1, ids: [1, 2]), DashboardFixture.Version(2, ids: [2, 3])], 1).ShouldBeNull();
    }
}
