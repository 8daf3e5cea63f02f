using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Host.Web;
using StreamingContrastive.Host.Web.Feed;
using StreamingContrastive.Host.Web.Map;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Tests.Host.Web.Feed;

public sealed class DashboardFeedTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly DashboardSubject _subject;
    private readonly DashboardFeed _feed;

    public DashboardFeedTests()
    {
        _subject = DashboardFixture.Subject(_clock);
        _feed = new DashboardFeed(_subject, new EmbeddingMap(_subject.Board.Sample, [], DashboardFixture.Parts), () => TimeSpan.Zero);
    }

    public ValueTask DisposeAsync() => _feed.DisposeAsync();

    [Fact]
    public void Look_ValuesOfAnEarlierStep_AreNotDrawnAgain()
    {
        var probe = new ProbeResult(80, 0.7, 0.6, 12);
        _subject.Board.Publish(new PipelineProgress { Probe = probe, Lag = 5 });
        Point("knn20").ShouldBe(0.7);

        _clock.Advance(DashboardFeed.Every);

        Point("knn20").ShouldBeNull();
        Point("lag").ShouldBe(5);
    }

    [Fact]
    public void Look_KeysAndReasonsOfStrangers_AreOneLineOfPrintableText()
    {
        _subject.Board.Letters.Add("records[0] offset 1", "\u001b[31mred\u202e\n"u8.ToArray(), "decode", "Bad", "first\r\nsecond\0");

        var letter = _feed.Look().Letters.ShouldHaveSingleItem();

        letter.Key.ShouldBe("\"\\u{1B}[31mred\\u{202E}\\u{A}\"");
        letter.Message.ShouldBe("first\\u{D}\\u{A}second\\u{0}");
    }

    [Fact]
    public async Task Look_MarkupOfStrangers_CannotLeaveItsJson()
    {
        const string Markup = "</script><img src=x onerror=alert(1)>\n\nevent: forged";
        _subject.Board.Letters.Add("records[0] offset 1", Encoding.UTF8.GetBytes(Markup), "decode", "Bad", Markup);

        _feed.Look();

        // One event: a line with its name, one of JSON, an empty one. A line break in a message would begin another event.
        var lines = Encoding.UTF8.GetString((await _feed.NextAsync(null, TestContext.Current.CancellationToken)).Bytes.Span).Split('\n');
        lines.Length.ShouldBe(4);
        lines[0].ShouldBe("event: state");
        lines[1].ShouldNotContain("<");
        JsonDocument.Parse(lines[1]["data: ".Length..]).RootElement.GetProperty("letters")[0].GetProperty("message").GetString().ShouldBe(Markup.Replace("\n", "\\u{A}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NextAsync_SlowVisitor_GetsTheNewestAndNotWhatCameBetween()
    {
        _feed.Look();
        var first = await _feed.NextAsync(null, TestContext.Current.CancellationToken);
        var waiting = _feed.NextAsync(first, TestContext.Current.CancellationToken);
        waiting.IsCompleted.ShouldBeFalse();

        _feed.Look();
        var second = await waiting;
        _subject.Board.Publish(new PipelineProgress { Trained = 1 });
        _feed.Look();
        _subject.Board.Publish(new PipelineProgress { Trained = 2 });
        _feed.Look();

        second.ShouldNotBe(first);
        Encoding.UTF8.GetString((await _feed.NextAsync(second, TestContext.Current.CancellationToken)).Bytes.Span).ShouldContain("\"trained\":2,");
    }

    [Fact]
    public void Look_Checkpoints_AreKeptNewestFirstAndBounded()
    {
        for (var step = 1; step <= 30; step++)
        {
            var seen = new CheckpointSeen($"c{step}", step, (ulong)step, _clock.GetUtcNow(), 1000, TimeSpan.FromMilliseconds(2), TimeSpan.FromSeconds(1));
            _subject.Board.Publish(new PipelineProgress { LastCheckpoint = seen });
            _feed.Look();
            _feed.Look(); // The same one is listed once.
        }

        _feed.Look().Checkpoints.Select(c => c.Step).ShouldBe(Enumerable.Range(21, 10).Reverse().Select(s => (long)s));
    }

    [Fact]
    public async Task Look_RecordsOfParts_TellsRetrievalInEveryDirection()
    {
        var subject = _subject with { Options = SeriesTests.Parts("twitter", "google"), Board = new ProgressBoard() };
        await using var feed = new DashboardFeed(subject, new EmbeddingMap(subject.Board.Sample, [], DashboardFixture.Parts), () => TimeSpan.Zero);
        subject.Board.Publish(new PipelineProgress { Retrieval = new RetrievalResult(300, [new PartRecall("twitter", "google", 250, 0.75, 0.875, 0.9375)]) });

        var state = feed.Look();

        state.Retrieval!.Step.ShouldBe(300);
        state.Retrieval.Directions.ShouldBe([new LiveRecall("twitter", "google", 250, 0.75, 0.875, 0.9375)]);
        var frame = Encoding.UTF8.GetString((await feed.NextAsync(null, TestContext.Current.CancellationToken)).Bytes.Span);
        frame.ShouldContain("\"heldOut\":\"retrieval\"");
    }

    [Fact]
    public void Look_StateThatIsNotKnown_IsNullAndSerializes()
    {
        var state = _feed.Look();

        state.Lag.ShouldBeNull();
        state.Loss.ShouldBeNull();
        state.Problems.ShouldBe(["The trainer is being started."]);
        Encoding.UTF8.GetString(_feed.History().Bytes.Span).ShouldStartWith("event: history\ndata: {\"time\":[");
    }

    private double? Point(string name) => _feed.Look().Point[_feed.Columns.ToList().IndexOf(name)];
}
