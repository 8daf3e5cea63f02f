using System.Net;
using System.Text.Json;
using StreamingContrastive.Host.Web;
using StreamingContrastive.Host.Web.Security;
using StreamingContrastive.Pipeline.Operations;
using StreamingContrastive.Tests.Host.Commands;

namespace StreamingContrastive.Tests.Host.Web;

/// <summary>Status and operations over the web port, and the commands that use it.</summary>
public sealed class OperationsTests : IAsyncLifetime
{
    private const string Token = "correct horse battery staple";

    private readonly string _tokenFile = Path.GetTempFileName();
    private readonly HttpClient _client = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly PlayedOperations _operations = new();
    private readonly DashboardSubject _subject = DashboardFixture.Subject();
    private WebDashboard _dashboard = null!;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_tokenFile, Token);
        _subject.Operations.Show(_operations);
        _dashboard = await WebDashboard.StartAsync(WebSettings.Create(WebAddress.Parse("0"), isDemanded: true, Token), _subject);
        _client.BaseAddress = new Uri(_dashboard.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _dashboard.DisposeAsync();
        File.Delete(_tokenFile);
    }

    [Theory]
    [InlineData("pause", PipelineOperation.Pause)]
    [InlineData("resume", PipelineOperation.Resume)]
    [InlineData("checkpoint", PipelineOperation.Checkpoint)]
    [InlineData("step-down", PipelineOperation.StepDown)]
    public async Task Post_WithTokenAndHeader_IsDone(string name, PipelineOperation operation)
    {
        using var answer = await PostAsync(name, Token, header: true);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe($"did {operation}\n");
        _operations.Asked.ShouldBe([operation]);
    }

    [Theory]
    [InlineData(null, true, null, HttpStatusCode.Unauthorized)]
    [InlineData("wrong", true, null, HttpStatusCode.Unauthorized)]
    [InlineData(Token, false, null, HttpStatusCode.Forbidden)]
    [InlineData(Token, true, "cross-site", HttpStatusCode.Forbidden)]
    [InlineData(Token, true, "same-site", HttpStatusCode.Forbidden)]
    public async Task Post_WithoutOneOfThem_DoesNothing(string? token, bool header, string? site, HttpStatusCode expected)
    {
        using var answer = await PostAsync("step-down", token, header, site);

        answer.StatusCode.ShouldBe(expected);
        _operations.Asked.ShouldBeEmpty();
    }

    /// <summary>A signed-in browser that a foreign page makes post a form: the cookie alone is not enough.</summary>
    [Fact]
    public async Task Post_WithTheCookieAlone_DoesNothing()
    {
        using var signedIn = await _client.PostAsync(new Uri("/sign-in", UriKind.Relative), new FormUrlEncodedContent([new("token", Token)]), TestContext.Current.CancellationToken);
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

        using var form = Request("pause", null, header: false, null);
        form.Headers.Add("Cookie", cookie);
        using var refused = await _client.SendAsync(form, TestContext.Current.CancellationToken);
        using var own = Request("pause", null, header: true, "same-origin");
        own.Headers.Add("Cookie", cookie);
        using var done = await _client.SendAsync(own, TestContext.Current.CancellationToken);

        (refused.StatusCode, done.StatusCode).ShouldBe((HttpStatusCode.Forbidden, HttpStatusCode.OK));
        _operations.Asked.ShouldBe([PipelineOperation.Pause]);
    }

    [Fact]
    public async Task Post_ADashboardWithoutAToken_DoesNothingEvenOnLoopback()
    {
        await using var open = await WebDashboard.StartAsync(WebSettings.Create(WebAddress.Parse("0"), isDemanded: true, token: null), _subject);
        using var client = new HttpClient { BaseAddress = new Uri(open.Url) };

        using var request = Request("pause", null, header: true, null);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        using var status = await client.GetAsync(new Uri(OperationEndpoints.StatusPath, UriKind.Relative), TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        status.StatusCode.ShouldBe(HttpStatusCode.OK);
        _operations.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("nothing", HttpStatusCode.NotFound)]
    [InlineData("pause/now", HttpStatusCode.NotFound)]
    public async Task Post_AnotherName_IsNotFound(string name, HttpStatusCode expected)
    {
        using var answer = await PostAsync(name, Token, header: true);

        answer.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task Status_HoldsMembersTrainerAndIngests()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, OperationEndpoints.StatusPath);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Token}");
        using var answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        json.RootElement.GetProperty("canOperate").GetBoolean().ShouldBeTrue();
        var status = json.RootElement.GetProperty("status");
        status.GetProperty("members").GetArrayLength().ShouldBe(2);
        status.GetProperty("trainer").GetProperty("ingests")[0].GetProperty("partitions")[0].GetProperty("lag").GetInt64().ShouldBe(9);
    }

    [Fact]
    public async Task Status_BeforeARun_IsNoFault()
    {
        _subject.Operations.Clear(_operations);
        var fixture = new CommandFixture();

        (await fixture.RunAsync("cluster", "status", "--node", _dashboard.Url, "--web-token-file", _tokenFile)).ShouldBe(1);

        fixture.Error.ToString().ShouldContain("being started or ends");
    }

    [Fact]
    public async Task Command_Status_PrintsIt()
    {
        var fixture = new CommandFixture();

        var code = await fixture.RunAsync("cluster", "status", "--node", _dashboard.Url, "--web-token-file", _tokenFile);

        code.ShouldBe(0, fixture.Error.ToString());
        var lines = fixture.Out.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        lines[0].ShouldBe("node 10.0.0.1:4053  trainer,web  up  (asked)");
        lines[1].ShouldBe("node 10.0.0.2:4053  ingest  unreachable");
        lines[2].ShouldBe("trainer 10.0.0.1:4053  paused  epoch 3  step 40  model 5  checkpoint none  trained 800  12/s  lag 9  waiting 7");
        lines[3].ShouldBe("ingest 10.0.0.2:4053  sent 10  credit 90  4/s  partitions 1");
        lines[4].ShouldBe("records[0]  trained to 100  lag 9");
    }

    [Fact]
    public async Task Command_StatusWithoutATrainer_Is1()
    {
        _operations.Status = _operations.Status with { Trainer = null };
        var fixture = new CommandFixture();

        (await fixture.RunAsync("cluster", "status", "--node", _dashboard.Url, "--web-token-file", _tokenFile)).ShouldBe(1);
        fixture.Out.ToString().ShouldContain("none answers");
    }

    [Fact]
    public async Task Command_OfARefusedOperation_SaysWhyAndIs1()
    {
        _operations.Refuses = true;
        var fixture = new CommandFixture();

        var code = await fixture.RunAsync("cluster", "step-down", "--node", _dashboard.Url, "--web-token-file", _tokenFile);

        (code, fixture.Error.ToString().Trim()).ShouldBe((1, "did StepDown"));
    }

    [Fact]
    public async Task Command_WithoutToken_SaysWhereItComesFrom()
    {
        var fixture = new CommandFixture();

        (await fixture.RunAsync("cluster", "pause", "--node", _dashboard.Url)).ShouldBe(1);

        fixture.Error.ToString().ShouldContain(WebSettings.TokenVariable);
        _operations.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Command_WithAToken_DoesNotSendItInClearTextThroughANetwork()
    {
        var fixture = new CommandFixture();

        (await fixture.RunAsync("cluster", "pause", "--node", "http://192.0.2.1:5080", "--web-token-file", _tokenFile)).ShouldBe(2);

        fixture.Error.ToString().ShouldContain("clear text");
    }

    [Fact]
    public async Task Command_NobodyThere_SaysWhatToDo()
    {
        var fixture = new CommandFixture();

        (await fixture.RunAsync("cluster", "status", "--node", "127.0.0.1:1")).ShouldBe(1);

        fixture.Error.ToString().ShouldContain("does not answer");
        fixture.Error.ToString().ShouldContain("--node");
    }

    private async Task<HttpResponseMessage> PostAsync(string name, string? token, bool header, string? site = null)
    {
        using var request = Request(name, token, header, site);
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static HttpRequestMessage Request(string name, string? token, bool header, string? site)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, RequestGuard.Operations + name);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        if (header)
        {
            request.Headers.Add(RequestGuard.OperateHeader, "operate");
        }

        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        return request;
    }

    private sealed class PlayedOperations : IPipelineOperations
    {
        public List<PipelineOperation> Asked { get; } = [];

        public bool Refuses { get; set; }

        public PipelineStatus Status { get; set; } = new(
            "10.0.0.1:4053",
            [new MemberStatus("10.0.0.1:4053", ["trainer", "web"], "up"), new MemberStatus("10.0.0.2:4053", ["ingest"], "unreachable")],
            new TrainerStatus
            {
                Node = "10.0.0.1:4053",
                LineageEpoch = 3,
                Step = 40,
                ModelVersion = 5,
                IsPaused = true,
                Trained = 800,
                Pending = 7,
                Lag = 9,
                RecordsPerSecond = 12,
                Ingests = [new IngestStatus("10.0.0.2:4053", 10, 100, 4, [new PartitionStatus("records", 0, 100, 9)])],
            });

        public Task<PipelineStatus> StatusAsync(CancellationToken cancellation) => Task.FromResult(Status);

        public Task<OperationResult> DoAsync(PipelineOperation operation, CancellationToken cancellation)
        {
            Asked.Add(operation);
            return Task.FromResult(new OperationResult(!Refuses, $"did {operation}"));
        }
    }
}
