using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OpenQA.Selenium;
using OpenQA.Selenium.Interactions;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Host.Web;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.IntegrationTests.Web;

/// <summary>The map of records that are texts, or pictures with texts. The texts were written to break the page.</summary>
[Collection(BrowserTests.Name)]
public sealed class TextMapTests(Browser browser)
{
    private const string Markup = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>";

    private static readonly PartOptions Picture = new() { Name = "picture", Payload = new PayloadOptions { Format = PayloadFormat.Raw, Height = 2, Width = 2, Channels = 1 } };
    private static readonly PartOptions Text = new() { Name = "caption", Kind = PartKind.Text };

    [Theory]
    [InlineData("light", 1440)]
    [InlineData("dark", 375)]
    public async Task Map_TextsWithMarkup_ShowsThemAsText(string theme, int width)
    {
        await using var dashboard = await StartAsync([Text], id => (0, $"{Markup} {id} {new string('w', 120)}"));
        browser.Open(dashboard.Url, width, 900, theme);
        await browser.BecomesAsync("document.querySelectorAll('#now q').length === 10");

        browser.Run("document.getElementById('map').focus()");
        new Actions(browser.Driver).SendKeys(Keys.ArrowRight).SendKeys(Keys.ArrowLeft).Perform();
        await browser.BecomesAsync("!document.getElementById('map-tip').hidden");

        browser.Text("map-tip-text").ShouldStartWith(Markup);
        browser.Text("picked-text").ShouldStartWith(Markup);
        browser.Text("map-live").ShouldContain("onerror");
        browser.Run("return document.querySelector('#now q').textContent.startsWith(arguments[0])", Markup).ShouldBe(true);
        browser.Run("return ['map-tip-picture', 'picked-picture'].every(id => document.getElementById(id).hidden)").ShouldBe(true);
        browser.Run("return document.querySelectorAll('img[onerror], main script, img[src=x]').length").ShouldBe(0);
        browser.Driver.Title.ShouldNotBe("broken");
        browser.SeriousFindings().ShouldBeEmpty();
        browser.Run(Browser.Overflow).ShouldBe(0L, "a text without a space does not widen the page");
        browser.Keep($"dashboard-texts-{theme}-{width}", whole: true);
        browser.Complaints().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("light", 1440)]
    [InlineData("dark", 375)]
    public async Task Map_PicturesWithTexts_TellsPartsApart(string theme, int width)
    {
        await using var dashboard = await StartAsync([Picture, Text], id => id % 2 == 0 ? (1, $"text number {id}") : (0, null));
        browser.Open(dashboard.Url, width, 900, theme);
        await browser.BecomesAsync("document.querySelectorAll('#now li').length === 10 && [...document.querySelectorAll('#now img')].every(i => i.naturalWidth === 2)");

        browser.Text("legend").ShouldBe("picturecaption");
        browser.Text("picked-label").ShouldStartWith("picture, no label, key ");
        browser.Run("return document.querySelectorAll('#now img').length + document.querySelectorAll('#now q').length").ShouldBe(10L);
        browser.Run("return [...document.querySelectorAll('#now li')].every(li => li.querySelector('small').textContent === (li.querySelector('q') ? 'caption' : 'picture'))").ShouldBe(true);
        browser.SeriousFindings().ShouldBeEmpty();
        browser.Run(Browser.Overflow).ShouldBe(0L, "nothing makes the page scroll sideways");
        browser.Keep($"dashboard-parts-{theme}-{width}", whole: true);
        browser.Complaints().ShouldBeEmpty();
    }

    [Fact]
    public async Task Map_TextsReadOnAnotherNode_SaysWhyTheyAreNotThere()
    {
        await using var dashboard = await StartAsync([Text], _ => (0, null));
        browser.Open(dashboard.Url);
        await browser.BecomesAsync("document.querySelectorAll('#now q').length === 10");

        browser.Text("picked-text").ShouldBe("This text was read on another node and is not sent here.");
        browser.Complaints().ShouldBeEmpty();
    }

    private async Task<WebDashboard> StartAsync(IReadOnlyList<PartOptions> parts, Func<int, (int Part, string? Text)> what)
    {
        _ = browser.Driver; // Skips before anything is started.
        var board = new ProgressBoard();
        ImmutableArray<SampledRecord> records =
        [
            .. Enumerable.Range(1, 12).Select(id => new SampledRecord(id, new byte[] { 0, 80, 160, 255 }, -1, Encoding.UTF8.GetBytes($"{id}"), $"records[0] offset {id}") { Part = what(id).Part, Text = what(id).Text }),
        ];
        for (var version = 1; version <= 2; version++)
        {
            board.Sample.Add(new SampledVersion(version, 10, records, Enumerable.Range(1, 12).SelectMany(id => new[] { (float)Math.Cos(id), (float)Math.Sin(id) }).ToArray(), 2));
        }

        var options = new PipelineOptions
        {
            Name = "texts",
            Kafka = new KafkaOptions { BootstrapServers = "127.0.0.1:1" }, // Nobody answers there.
            Input = new InputOptions { Parts = parts },
        };
        return await WebDashboard.StartAsync(WebSettings.Create(WebAddress.Parse("0"), isDemanded: true, null), new DashboardSubject(options, board, new StageTimes(), NullLoggerFactory.Instance, TimeProvider.System));
    }
}
