using OpenQA.Selenium;
using OpenQA.Selenium.Interactions;

namespace StreamingContrastive.IntegrationTests.Web;

/// <summary>The page in a real browser, before a pipeline that is played: what is tested is the page, and nothing trains beside it.</summary>
[Collection(BrowserTests.Name)]
public sealed class DashboardPageTests(Browser browser, PlayedPipeline pipeline) : IClassFixture<PlayedPipeline>
{
    [Fact]
    public async Task Map_PointerOnAPoint_ShowsItsPicture()
    {
        await OpenAsync();
        await MapAsync();

        // The topmost pixel that is painted belongs to a point that no other one hides.
        var at = (IReadOnlyCollection<object>)browser.Run(
            """
            const canvas = document.getElementById('map');
            const { data, width } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            const first = data.findIndex((value, i) => i % 4 === 3 && value > 200) >> 2;
            return [first % width, Math.floor(first / width)];
            """)!;
        var (x, y) = ((int)(long)at.First(), (int)(long)at.Last());
        var canvas = browser.Driver.FindElement(By.Id("map"));
        new Actions(browser.Driver).MoveToElement(canvas, x - (canvas.Size.Width / 2), y - (canvas.Size.Height / 2) + 2).Perform();

        await browser.BecomesAsync("!document.getElementById('map-tip').hidden && document.getElementById('map-tip-picture').naturalWidth === 28");
        browser.Text("map-tip-key").ShouldMatch("^key \"[0-9]+\"$");
        browser.Text("map-tip-position").ShouldMatch(@"^records\[[0-9]+\] offset [0-9]+$");
        browser.Keep("dashboard-hover");
        browser.Complaints().ShouldBeEmpty();
    }

    [Fact]
    public async Task Map_KeysOnly_WalkFromPointToPointAndPick()
    {
        await OpenAsync();
        await MapAsync();
        var picked = browser.Text("picked-label");
        browser.Run("document.getElementById('map').focus()");

        new Actions(browser.Driver).SendKeys(Keys.ArrowRight).SendKeys(Keys.ArrowDown).SendKeys(Keys.ArrowRight).Perform();
        await browser.BecomesAsync("/, key \"[0-9]+\"$/.test(document.getElementById('map-live').textContent)");
        var said = browser.Text("map-live");
        new Actions(browser.Driver).SendKeys(Keys.Enter).Perform();

        await browser.BecomesAsync("document.getElementById('map-live').textContent === 'Picked ' + arguments[0] && document.getElementById('picked-label').textContent === arguments[0]", said);
        said.ShouldNotBe(picked);
        await browser.BecomesAsync("document.querySelectorAll('#now img').length === 10 && [...document.querySelectorAll('#now img')].every(i => i.naturalWidth === 28)");
        browser.Complaints().ShouldBeEmpty();
    }

    [Fact]
    public async Task Neighbours_SeveralVersions_AreShownBesideThoseOfBefore()
    {
        await OpenAsync();
        await MapAsync();

        await browser.BecomesAsync("!document.getElementById('then').hidden && document.querySelectorAll('#then img').length === 10");

        browser.Text("then-title").ShouldMatch(@"^5 versions ago, version 1 · [0-9]+ of 10 of its class, others dashed$");
        browser.Text("neighbours-note").ShouldMatch("^[0-9]+ of 10 are the same records as before \\(underlined\\)$");
        browser.Complaints().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("light", 1440, 900)]
    [InlineData("dark", 1440, 900)]
    [InlineData("light", 375, 812)]
    [InlineData("dark", 375, 812)]
    public async Task Page_AnyThemeAndWidth_FitsAndPleasesAxe(string theme, int width, int height)
    {
        await OpenAsync(width, height, theme);
        await MapAsync();
        await browser.BecomesAsync("document.querySelectorAll('#now img').length === 10 && document.querySelectorAll('#letters-rows tr').length > 0");

        browser.SeriousFindings().ShouldBeEmpty();
        browser.Run("return document.documentElement.dataset.theme").ShouldBe(theme);
        browser.Run(Browser.Overflow).ShouldBe(0L, "nothing makes the page scroll sideways");
        browser.Keep($"dashboard-{theme}-{width}");
        browser.Keep($"dashboard-{theme}-{width}-whole", whole: true);
        browser.Complaints().ShouldBeEmpty();
    }

    [Fact]
    public async Task Theme_ChosenWithKeys_HoldsAfterAReload()
    {
        await OpenAsync();
        browser.Run("document.getElementById('theme').focus()");
        new Actions(browser.Driver).SendKeys(Keys.Enter).Perform();
        browser.Run("return document.documentElement.dataset.theme").ShouldBe("dark");

        browser.Driver.Navigate().Refresh();

        browser.Run("return document.documentElement.dataset.theme").ShouldBe("dark");
        browser.Run("localStorage.clear()");
    }

    [Fact]
    public async Task Tab_FromTheTop_ReachesEverythingThatCanBeUsed()
    {
        await OpenAsync();
        await MapAsync();
        await browser.BecomesAsync("document.querySelectorAll('#now img').length === 10");
        var reached = new HashSet<string>();
        for (var i = 0; i < 60; i++)
        {
            new Actions(browser.Driver).SendKeys(Keys.Tab).Perform();
            reached.Add((string)browser.Run("const e = document.activeElement; return e.id || e.closest('[id]')?.id || e.className || e.tagName")!);
        }

        foreach (var part in (string[])["skip", "theme", "map", "legend", "now"])
        {
            reached.ShouldContain(part);
        }
    }

    private async Task OpenAsync(int width = 1440, int height = 900, string theme = "light")
    {
        _ = browser.Driver; // Skips before anything is started.
        browser.Open(await pipeline.UrlAsync(), width, height, theme);
    }

    private Task MapAsync() => browser.BecomesAsync("document.querySelectorAll('#legend li').length > 0 && document.querySelectorAll('#now img').length === 10");
}
