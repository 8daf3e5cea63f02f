using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OpenQA.Selenium;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Host.Web;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.IntegrationTests.Web;

/// <summary>The page before a pipeline whose keys and reasons were written to break it, and before one that ends.</summary>
[Collection(BrowserTests.Name)]
public sealed class HostileInputTests(Browser browser)
{
    private const string Markup = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>";
    private const string Token = "a-token-that-nobody-guesses";

    [Fact]
    public async Task Page_MarkupInKeysLabelsAndReasons_ShowsItAsText()
    {
        await using var dashboard = await StartAsync();
        browser.Open(dashboard.Url, 375, 812);

        await browser.BecomesAsync("document.querySelectorAll('#letters-rows tr').length > 0 && document.querySelectorAll('#now img').length === 9");

        browser.Text("letters-rows").ShouldContain(Markup);
        browser.Text("picked-label").ShouldContain("onerror");
        browser.Text("legend").ShouldContain(Markup);
        browser.Run("return document.querySelectorAll('img[onerror], main script, img[src=x]').length").ShouldBe(0);
        browser.Driver.Title.ShouldNotBe("broken");
        browser.Run(Browser.Overflow).ShouldBe(0L, "a key without a space does not widen the page");
        browser.Keep("dashboard-hostile-375", whole: true);
        browser.Complaints().ShouldBeEmpty();
    }

    /// <summary>Seen to fail without the header: the element runs. textContent is the first wall, this is the second.</summary>
    [Fact]
    public async Task Page_ScriptThatGotIn_IsHeldByTheContentPolicy()
    {
        await using var dashboard = await StartAsync();
        browser.Open(dashboard.Url);

        browser.Run(
            """
            document.addEventListener('securitypolicyviolation', event => document.body.dataset.refused = event.effectiveDirective);
            const element = document.createElement('img');
            element.setAttribute('onerror', "document.body.dataset.broken = 'yes'");
            element.src = '/no/such/picture';
            document.body.append(element);
            """);
        await browser.BecomesAsync("document.body.dataset.refused || document.body.dataset.broken");

        browser.Run("return document.body.dataset.refused").ShouldBe("script-src-attr");
        browser.Run("return document.body.dataset.broken").ShouldBeNull();
    }

    [Fact]
    public async Task Page_PipelineEnds_SaysThatItIsNotConnectedAndKeepsTheLastState()
    {
        var dashboard = await StartAsync();
        browser.Open(dashboard.Url);
        await browser.BecomesAsync("document.getElementById('letters').textContent === '7'");

        await dashboard.DisposeAsync();

        await browser.BecomesAsync("document.getElementById('ready').textContent === 'Not connected'");
        browser.Text("problems").ShouldStartWith("The pipeline does not answer; this was its state at ");
        browser.Text("letters").ShouldBe("7");
    }

    [Fact]
    public async Task SignIn_WrongThenRightToken_OpensThePageWithItsPictures()
    {
        await using var dashboard = await StartAsync(Token);
        browser.Open(dashboard.Url, theme: "dark");
        browser.Driver.Title.ShouldStartWith("Sign in");
        browser.SeriousFindings().ShouldBeEmpty();
        browser.Complaints().ShouldBeEmpty();

        browser.Driver.FindElement(By.Id("token")).SendKeys("another one" + Keys.Enter);
        await browser.BecomesAsync("location.hash === '#refused' && document.getElementById('refused').checkVisibility()");
        browser.Keep("sign-in");
        browser.Driver.FindElement(By.Id("token")).SendKeys(Token + Keys.Enter);

        await browser.BecomesAsync("document.querySelectorAll('#now img').length === 9 && [...document.querySelectorAll('#now img')].every(i => i.naturalWidth === 2)");
        browser.Complaints().ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_NextProcessAsksForTheToken_LeadsToTheSignIn()
    {
        var first = await StartAsync();
        var url = first.Url;
        browser.Open(url);
        await browser.BecomesAsync("document.getElementById('letters').textContent === '7'");
        await first.DisposeAsync();

        await using var second = await StartAsync(Token, new Uri(url).Authority);

        await browser.BecomesAsync("location.pathname === '/sign-in'");
    }

    private static async Task<WebDashboard> StartAsync(string? token = null, string address = "0")
    {
        var board = new ProgressBoard();
        var subject = new DashboardSubject(
            new PipelineOptions
            {
                Name = "hostile",
                Kafka = new KafkaOptions { BootstrapServers = "127.0.0.1:1" }, // Nobody answers there.
                Input = new InputOptions { Payload = new PayloadOptions { Format = PayloadFormat.Raw, Height = 2, Width = 2, Channels = 1 } },
            },
            board,
            new StageTimes(),
            NullLoggerFactory.Instance,
            TimeProvider.System)
        {
            LabelNames = [Markup, new string('l', 200)],
        };
        for (var i = 0; i < 3; i++)
        {
            board.Letters.Add($"records[0] offset {i}", Encoding.UTF8.GetBytes(new string('k', 60)), "decode", "Bad", Markup + new string('m', 100));
        }

        var key = Encoding.UTF8.GetBytes("<img onerror=x>");
        ImmutableArray<SampledRecord> records = [.. Enumerable.Range(1, 10).Select(id => new SampledRecord(id, new byte[] { 0, 80, 160, 255 }, id % 2, key, $"records[0] offset {id}"))];
        board.Sample.Add(new SampledVersion(1, 10, records, Enumerable.Range(1, 10).SelectMany(id => new[] { (float)Math.Cos(id), (float)Math.Sin(id) }).ToArray(), 2));
        board.Publish(new PipelineProgress { DeadLettered = 7, Trained = 70, Lag = 0, Timestamp = TimeProvider.System.GetTimestamp() });
        return await WebDashboard.StartAsync(WebSettings.Create(WebAddress.Parse(address), isDemanded: true, token), subject);
    }
}
