using System.Net;
using System.Text.Json;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Host.Web;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Tests.Host.Web;

/// <summary>The web server as it is, on a free port, before a pipeline that the test plays.</summary>
public sealed class WebDashboardTests : IAsyncLifetime
{
    private readonly DashboardSubject _subject = DashboardFixture.Subject();
    private readonly HttpClient _client = new(new HttpClientHandler { AllowAutoRedirect = false });
    private WebDashboard _dashboard = null!;

    public async ValueTask InitializeAsync()
    {
        _dashboard = await WebDashboard.StartAsync(new WebSettings(WebAddress.Parse("0"), IsDemanded: true, null), _subject);
        _client.BaseAddress = new Uri(_dashboard.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _dashboard.DisposeAsync();
    }

    [Fact]
    public async Task Get_EveryFileOfThePage_IsThereWithItsTypeAndNoInlineCode()
    {
        var page = await TextAsync("/");
        string[] files = [.. System.Text.RegularExpressions.Regex.Matches(page, "(?:href|src)=\"(/assets/[^\"]+)\"").Select(m => m.Groups[1].Value).Distinct()];

        files.Length.ShouldBeGreaterThan(6);
        foreach (var file in files)
        {
            using var answer = await _client.GetAsync(new Uri(file, UriKind.Relative), TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, file);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe(Path.GetExtension(file) switch { ".css" => "text/css", ".js" => "text/javascript", ".svg" => "image/svg+xml", _ => "?" });
        }

        page.ShouldNotContain("<style");
        page.ShouldNotContain(" style=");
        page.ShouldNotContain("<script>");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/assets/main.js")]
    [InlineData("/readyz")]
    [InlineData("/api/map")]
    [InlineData("/no/such/page")]
    public async Task Get_AnyPath_CarriesTheHeadersThatHoldABrowserBack(string path)
    {
        using var answer = await _client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'none'; script-src 'self'; style-src 'self';");
        answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        answer.Headers.GetValues("X-Frame-Options").Single().ShouldBe("DENY");
        answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
        answer.Headers.Contains("Server").ShouldBeFalse();
    }

    [Theory]
    [InlineData("POST", "/")]
    [InlineData("POST", "/sign-in")]
    [InlineData("PUT", "/api/map")]
    [InlineData("DELETE", "/api/pictures/1")]
    [InlineData("OPTIONS", "/events")]
    public async Task Send_MethodThatCouldChangeSomething_IsRefused(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/healthz")]
    [InlineData("/assets/main.js")]
    public async Task Head_Page_IsAnsweredWithoutABody(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentLength.ShouldNotBe(0);
        (await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Get_ForeignNameForThisHost_IsRefusedButForProbes()
    {
        (await StatusAsync("/", host: "evil.example")).ShouldBe(HttpStatusCode.MisdirectedRequest);
        (await StatusAsync("/events", host: "evil.example")).ShouldBe(HttpStatusCode.MisdirectedRequest);
        (await StatusAsync("/healthz", host: "pod.example")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync("/", host: "localhost")).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/assets/../Program.cs")]
    [InlineData("/assets/%2e%2e%2fstreaming-contrastive.dll")]
    [InlineData("/assets/..%5c..%5csecret")]
    [InlineData("/api/pictures/1")]
    [InlineData("/api/pictures/-1")]
    [InlineData("/api/pictures/1%27%20or%201=1")]
    [InlineData("/api/neighbours/99999999999999999999")]
    [InlineData("/api/map")]
    public async Task Get_WhatIsNotThere_IsNotFound(string path) => (await StatusAsync(path)).ShouldBe(HttpStatusCode.NotFound);

    [Fact]
    public async Task Get_Readiness_FollowsThePipeline()
    {
        (await StatusAsync("/healthz")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync("/readyz")).ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await TextAsync("/readyz", HttpStatusCode.ServiceUnavailable)).ShouldBe("The trainer is being started.\nNo broker has answered yet.\n");
    }

    [Fact]
    public async Task Get_Map_ShowsWhatTheTrainerSampled()
    {
        _subject.Board.Sample.Add(DashboardFixture.Version(3, key: "<b>key</b>", ids: [1, 2, 3]));

        using var events = await _client.GetStreamAsync(new Uri("/events", UriKind.Relative), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(events);
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.Contains("\"mapVersion\":3,", StringComparison.Ordinal))
        {
        }

        var view = JsonDocument.Parse(await TextAsync("/api/map")).RootElement;
        view.GetProperty("version").GetInt64().ShouldBe(3);
        view.GetProperty("labels")[1].GetString().ShouldBe("one");
        view.GetProperty("points")[0].GetProperty("key").GetString().ShouldBe("\"<b>key</b>-1\"");
        var neighbours = JsonDocument.Parse(await TextAsync("/api/neighbours/1")).RootElement;
        neighbours.GetProperty("now").GetProperty("items")[0].GetProperty("id").GetInt64().ShouldBe(2);
        using var picture = await _client.GetAsync(new Uri("/api/pictures/1", UriKind.Relative), TestContext.Current.CancellationToken);
        picture.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
    }

    [Fact]
    public async Task Get_PictureOfAText_IsNotFoundAndSaysWhereItIs()
    {
        var subject = DashboardFixture.Subject();
        subject = subject with { Options = subject.Options with { Input = new InputOptions { Parts = [new PartOptions { Name = "caption", Kind = PartKind.Text }] } } };
        var version = DashboardFixture.Version(1, ids: [1, 2]);
        subject.Board.Sample.Add(version with { Records = [.. version.Records.Select(r => r with { Text = "a text" })] });
        await using var dashboard = await WebDashboard.StartAsync(new WebSettings(WebAddress.Parse("0"), IsDemanded: true, null), subject);

        using var answer = await _client.GetAsync(new Uri(new Uri(dashboard.Url), "/api/pictures/1"), TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("Part caption is a text; /api/map and /api/neighbours hold it.\n");
    }

    [Fact]
    public async Task Get_Events_BeginWithTheHistoryAndGoOnEverySecond()
    {
        _subject.Board.Publish(new PipelineProgress { Trained = 42, Lag = 7 });
        using var events = await _client.GetStreamAsync(new Uri("/events", UriKind.Relative), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(events);
        var names = new List<string>();
        while (names.Count < 3)
        {
            var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
            if (line!.StartsWith("event: ", StringComparison.Ordinal))
            {
                names.Add(line);
            }
        }

        names.ShouldBe(["event: history", "event: state", "event: state"]);
    }

    [Fact]
    public async Task Get_MoreStreamsThanThereMayBe_IsRefusedUntilOneLeaves()
    {
        var open = new List<HttpResponseMessage>();
        for (var i = 0; i < WebEndpoints.MostStreams; i++)
        {
            open.Add(await _client.GetAsync(new Uri("/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
        }

        open.ShouldAllBe(o => o.StatusCode == HttpStatusCode.OK);
        (await StatusAsync("/events")).ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await StatusAsync("/healthz")).ShouldBe(HttpStatusCode.OK);
        open.ForEach(o => o.Dispose());
        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        while (await StatusAsync("/events") != HttpStatusCode.OK)
        {
            clock.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(20), "a stream that was left is free again");
        }
    }

    [Fact]
    public async Task StartAsync_PortInUse_SaysWhatToDo()
    {
        var taken = WebAddress.Parse(new Uri(_dashboard.Url).Authority);

        var thrown = await Should.ThrowAsync<WebAddressException>(() => WebDashboard.StartAsync(new WebSettings(taken, IsDemanded: true, null), _subject));

        thrown.Message.ShouldBe($"{taken} is in use by another program (is another pipeline running?). --web 127.0.0.1:0 takes a free port and says which, --web off does without.");
    }

    [Fact]
    public async Task TryStartAsync_PortInUse_IsAWarningUnlessItWasAskedFor()
    {
        var taken = WebAddress.Parse(new Uri(_dashboard.Url).Authority);
        var (output, warnings) = (new StringWriter(), new StringWriter());

        (await WebDashboard.TryStartAsync(new WebSettings(taken, IsDemanded: false, null), _subject, output, warnings)).ShouldBeNull();
        warnings.ToString().ShouldStartWith($"No dashboard: {taken} is in use");
        output.ToString().ShouldBeEmpty();
        await Should.ThrowAsync<WebAddressException>(() => WebDashboard.TryStartAsync(new WebSettings(taken, IsDemanded: true, null), _subject, output, warnings));
    }

    private async Task<HttpStatusCode> StatusAsync(string path, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private async Task<string> TextAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await _client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(expected);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
