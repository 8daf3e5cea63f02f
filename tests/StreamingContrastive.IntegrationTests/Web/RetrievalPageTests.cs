using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Host.Web;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.IntegrationTests.Web;

/// <summary>What the page shows of quality: retrieval where records have parts, and no empty chart of kNN where nobody measures it.</summary>
[Collection(BrowserTests.Name)]
public sealed class RetrievalPageTests(Browser browser)
{
    private const string Titles = "return [...document.querySelectorAll('#charts h3')].map(h => h.textContent).join()";

    [Theory]
    [InlineData("light", 1440)]
    [InlineData("dark", 375)]
    public async Task Page_RecordsOfParts_ShowsRetrievalWhereKnnWouldBe(string theme, int width)
    {
        var board = new ProgressBoard();
        board.Publish(Progress(100, 0.5));
        await using var dashboard = await StartAsync(board, "held-out", "twitter", "google", "text");
        browser.Open(dashboard.Url, width, 900, theme);
        await browser.BecomesAsync("document.getElementById('quality').textContent === '50 %'");

        board.Publish(Progress(200, 0.625));
        await browser.BecomesAsync("document.getElementById('quality').textContent === '62.5 %'");

        browser.Text("quality-title").ShouldBe("Held-out retrieval");
        browser.Text("quality-note").ShouldBe("twitter → google at step 200");
        browser.Run(Titles).ShouldBe("Training rate,Waiting in the topic,Loss,Held-out retrieval, R@1,Alignment and uniformity,Age of the negatives");
        browser.Run("return [...document.querySelectorAll('#retrieval-rows tr:first-child td')].map(c => c.textContent).join()").ShouldBe("twitter,google,250,62.5 %,70 %,87.5 %");
        await browser.BecomesAsync("[...document.querySelectorAll('.chart .values')].some(v => v.textContent.includes('62.5 % twitter → google'))");
        browser.SeriousFindings().ShouldBeEmpty();
        browser.Run(Browser.Overflow).ShouldBe(0L, "nothing makes the page scroll sideways");
        browser.Keep($"dashboard-retrieval-{theme}-{width}", whole: true);
        browser.Complaints().ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_NothingHeldOut_HasNoChartOfItAndSaysWhy()
    {
        var board = new ProgressBoard();
        board.Publish(new PipelineProgress { Step = 3 });
        await using var dashboard = await StartAsync(board, heldOut: null, "text");
        browser.Open(dashboard.Url);
        await browser.BecomesAsync("document.querySelectorAll('#charts h3').length > 0 && document.getElementById('quality-note').textContent !== ''");

        browser.Run(Titles).ShouldBe("Training rate,Waiting in the topic,Loss,Alignment and uniformity,Age of the negatives");
        browser.Text("quality-note").ShouldBe("not measured, see monitor.heldOutTopic");
        browser.Run("return document.getElementById('retrieval').hidden").ShouldBe(true);
        browser.Complaints().ShouldBeEmpty();
    }

    private static PipelineProgress Progress(int step, double r1) => new()
    {
        Step = step,
        Retrieval = new RetrievalResult(step, [new("twitter", "google", 250, r1, 0.7, 0.875), new("google", "twitter", 250, r1 - 0.125, 0.7, 0.875), new("text", "google", 241, 0.25, 0.375, 0.5)]),
    };

    private async Task<WebDashboard> StartAsync(ProgressBoard board, string? heldOut, params string[] parts)
    {
        _ = browser.Driver; // Skips before anything is started.
        var options = new PipelineOptions
        {
            Name = "parts",
            Kafka = new KafkaOptions { BootstrapServers = "127.0.0.1:1" }, // Nobody answers there.
            Monitor = new MonitorOptions { HeldOutTopic = heldOut },
            Input = new InputOptions { Parts = [.. parts.Select(name => new PartOptions { Name = name })] },
        };
        var subject = new DashboardSubject(options, board, new StageTimes(), NullLoggerFactory.Instance, TimeProvider.System);
        return await WebDashboard.StartAsync(WebSettings.Create(WebAddress.Parse("0"), isDemanded: true, null), subject);
    }
}
