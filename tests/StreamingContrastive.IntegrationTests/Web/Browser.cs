using System.Globalization;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace StreamingContrastive.IntegrationTests.Web;

/// <summary>
/// Debian's Chromium under its own driver, with a profile of its own. One for all tests of the collection: it takes seconds to start. Where
/// there is none the tests skip.
/// </summary>
public sealed class Browser : IDisposable
{
    /// <summary>Script: pixels by which the page is wider than its window.</summary>
    public const string Overflow = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly string _profile = Directory.CreateTempSubdirectory("dashboard-browser-").FullName;
    private readonly ChromeDriver? _driver;
    private readonly string? _missing;

    public Browser()
    {
        var (browser, driver) = (Find("chromium"), Find("chromedriver"));
        if (browser is null || driver is null)
        {
            _missing = "needs a browser: on Debian, apt-get install chromium chromium-driver";
            return;
        }

        var options = new ChromeOptions { BinaryLocation = browser };
        options.AddArguments(
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", $"--user-data-dir={_profile}");
        options.SetLoggingPreference(LogType.Browser, LogLevel.All);
        _driver = new ChromeDriver(ChromeDriverService.CreateDefaultService(driver), options);
    }

    /// <summary>The driver; skips the test where there is no browser.</summary>
    public ChromeDriver Driver
    {
        get
        {
            Assert.SkipWhen(_missing is not null, _missing ?? "");
            return _driver!;
        }
    }

    /// <summary>Opens a page in a window of this size.</summary>
    public void Open(string url, int width = 1440, int height = 900, string theme = "light")
    {
        Driver.ExecuteCdpCommand("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        Prefer(theme);
        Driver.Navigate().GoToUrl("about:blank"); // An earlier page's last attempt to reach its server ends with it, and what it said is not this page's.
        Driver.Manage().Logs.GetLog(LogType.Browser);
        Driver.Navigate().GoToUrl(url);
    }

    /// <summary>What the system prefers: light or dark.</summary>
    public void Prefer(string theme) => Driver.ExecuteCdpCommand(
        "Emulation.setEmulatedMedia",
        new() { ["features"] = new object[] { new Dictionary<string, object> { ["name"] = "prefers-color-scheme", ["value"] = theme }, new Dictionary<string, object> { ["name"] = "prefers-reduced-motion", ["value"] = "reduce" } } });

    /// <summary>Errors and warnings of the page's console since it was opened: refusals of the content policy are among them.</summary>
    public IEnumerable<string> Complaints() => Driver.Manage().Logs.GetLog(LogType.Browser).Where(entry => entry.Level >= LogLevel.Warning).Select(entry => entry.Message);

    /// <summary>Text of an element.</summary>
    public string Text(string id) => (string)Run("return document.getElementById(arguments[0]).textContent", id)!;

    /// <summary>Runs a script in the page.</summary>
    public object? Run(string script, params object[] arguments) => Driver.ExecuteScript(script, arguments);

    /// <summary>Waits until a script is true.</summary>
    public async Task BecomesAsync(string condition, params object[] arguments)
    {
        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        while (Run($"return Boolean({condition})", arguments) is not true)
        {
            if (clock.GetElapsedTime(began) > _patience)
            {
                Assert.Fail($"It never was true that {condition}; the page said: {string.Join('\n', Complaints())}"); // To look at the log empties it.
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Findings of axe-core that are serious or critical, each with the elements that it is about.</summary>
    public IReadOnlyList<string> SeriousFindings()
    {
        // The driver's own scripts are not the page's, so the content policy does not hold them; and the page stays as it is tested.
        Driver.ExecuteScript(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "axe.min.js")));
        var found = (IEnumerable<object>?)Driver.ExecuteAsyncScript(
            """
            const done = arguments[0];
            axe.run().then(result => done(result.violations
              .filter(v => v.impact === 'serious' || v.impact === 'critical')
              .map(v => `${v.id}: ${v.nodes.map(n => n.target + ' ' + n.failureSummary).join(' | ')}`)), error => done([String(error)]));
            """);
        return [.. found!.Cast<string>()];
    }

    /// <summary>Keeps a picture of the page beside the test's binaries.</summary>
    public void Keep(string name, bool whole = false)
    {
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;
        var shot = (Dictionary<string, object>)Driver.ExecuteCdpCommand("Page.captureScreenshot", new() { ["captureBeyondViewport"] = whole })!;
        var file = Path.Combine(folder, name + ".png");
        File.WriteAllBytes(file, Convert.FromBase64String((string)shot["data"]));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"kept {file}"));
    }

    public void Dispose()
    {
        _driver?.Dispose();
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // A process of the browser is still writing; the folder is a temporary one.
        }
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}

/// <summary>Tests that share the browser, one after another.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<Browser>
{
    public const string Name = "browser";
}
