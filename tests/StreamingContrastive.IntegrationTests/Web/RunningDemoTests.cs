namespace StreamingContrastive.IntegrationTests.Web;

/// <summary>The dashboard of a demo as it is started by anybody, from the first record to what a picked record's neighbours were before.</summary>
[Collection(BrowserTests.Name)]
public sealed class RunningDemoTests(Browser browser)
{
    [Fact]
    public async Task Page_RunningDemo_ShowsNumbersThatMoveAndAMapThatFollows()
    {
        _ = browser.Driver; // Skips before anything is started.
        await using var demo = await RunningDemo.StartAsync();
        browser.Open(demo.Url);

        await browser.BecomesAsync("document.getElementById('ready').textContent === 'Ready'");
        var trained = browser.Text("rate-note");
        await browser.BecomesAsync("document.getElementById('rate-note').textContent !== arguments[0] && Number(document.getElementById('rate').textContent.replaceAll(',', '')) > 0", trained);
        await browser.BecomesAsync("document.querySelectorAll('#checkpoints tr').length > 0 && document.querySelectorAll('#letters-rows tr').length > 0");
        await browser.BecomesAsync("document.querySelectorAll('#now img').length === 10 && [...document.querySelectorAll('#now img')].every(i => i.naturalWidth === 28)");
        await browser.BecomesAsync("document.getElementById('quality').textContent.endsWith('%')");
        var first = browser.Text("map-note");
        await browser.BecomesAsync("document.getElementById('map-note').textContent !== arguments[0]", first);
        browser.Keep("dashboard-demo");

        browser.Run("return document.querySelectorAll('.chart canvas').length").ShouldBe(6L);
        browser.Driver.Title.ShouldEndWith(" · demo");
        first.ShouldMatch("^version [0-9]+, 600 records, the plane keeps [0-9]+ % of the variance$");
        browser.Complaints().ShouldBeEmpty();
    }
}
