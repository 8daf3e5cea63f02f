using Microsoft.Extensions.Logging.Abstractions;
using OpenQA.Selenium;
using StreamingContrastive.Host.Web;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Operations;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.IntegrationTests.Web;

/// <summary>The page of a node of a cluster, in a real browser.</summary>
[Collection(BrowserTests.Name)]
public sealed class ClusterPageTests(Browser browser) : IAsyncLifetime
{
    private const string Token = "correct horse battery staple";

    private readonly Played _operations = new();
    private WebDashboard? _dashboard;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_dashboard is not null)
        {
            await browser.Driver.Navigate().GoToUrlAsync("about:blank"); // Its page would go on asking, and complain in the next test.
            await _dashboard.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("light", 1440)]
    [InlineData("dark", 375)]
    public async Task Nodes_SignedIn_AreShownAndOperated(string theme, int width)
    {
        await SignInAsync(theme, width);

        await browser.BecomesAsync("document.querySelectorAll('#cluster-rows tr').length === 3 && !document.getElementById('cluster').hidden");
        browser.Text("cluster-note").ShouldBe("epoch 3, trainer 10.0.0.1:4053");
        browser.Text("cluster-rows").ShouldContain("trainer (standby)");
        browser.SeriousFindings().ShouldBeEmpty();
        browser.Run(Browser.Overflow).ShouldBe(0L);
        browser.Run("document.querySelectorAll('#cluster-buttons button')[2].click()");

        await browser.BecomesAsync("document.getElementById('cluster-answer').textContent === 'did Checkpoint'");
        _operations.Asked.ShouldBe([PipelineOperation.Checkpoint]);
        browser.Keep($"cluster-{theme}-{width}", whole: true);
        browser.Complaints().ShouldBeEmpty();
    }

    [Fact]
    public async Task Nodes_WithoutAToken_AreShownWithoutButtons()
    {
        await StartAsync(token: null);
        browser.Open(_dashboard!.Url);

        await browser.BecomesAsync("document.querySelectorAll('#cluster-rows tr').length === 3");
        browser.Run("return document.getElementById('cluster-buttons').hidden").ShouldBe(true);
        browser.Complaints().ShouldBeEmpty();
    }

    [Fact]
    public async Task OneProcess_ShowsNoCluster()
    {
        _operations.Status = new PipelineStatus("", [], new TrainerStatus());
        await StartAsync(token: null);
        browser.Open(_dashboard!.Url);

        await browser.BecomesAsync("performance.getEntriesByName(location.origin + '/api/status').length > 0 && document.getElementById('ready').dataset.state !== 'unknown'");
        browser.Run("return document.getElementById('cluster').hidden").ShouldBe(true);
    }

    private async Task SignInAsync(string theme, int width)
    {
        await StartAsync(Token);
        browser.Open(_dashboard!.Url, width, 900, theme);
        browser.Driver.FindElement(By.Name("token")).SendKeys(Token + Keys.Enter);
    }

    private async Task StartAsync(string? token)
    {
        _ = browser.Driver; // Skips before anything is started.
        var options = new PipelineOptions { Name = "played", Kafka = new KafkaOptions { BootstrapServers = "127.0.0.1:1" } };
        var subject = new DashboardSubject(options, new ProgressBoard(), new StageTimes(), NullLoggerFactory.Instance, TimeProvider.System);
        subject.Operations.Show(_operations);
        _dashboard = await WebDashboard.StartAsync(WebSettings.Create(WebAddress.Parse("0"), isDemanded: true, token), subject);
    }

    private sealed class Played : IPipelineOperations
    {
        public List<PipelineOperation> Asked { get; } = [];

        public PipelineStatus Status { get; set; } = new(
            "10.0.0.1:4053",
            [new MemberStatus("10.0.0.1:4053", ["trainer"], "up"), new MemberStatus("10.0.0.2:4053", ["trainer"], "up"), new MemberStatus("10.0.0.3:4053", ["ingest"], "unreachable")],
            new TrainerStatus
            {
                Node = "10.0.0.1:4053",
                LineageEpoch = 3,
                RecordsPerSecond = 1200,
                Ingests = [new IngestStatus("10.0.0.3:4053", 10, 100, 1200, [new PartitionStatus("records", 0, 100, 9)])],
            });

        public Task<PipelineStatus> StatusAsync(CancellationToken cancellation) => Task.FromResult(Status);

        public Task<OperationResult> DoAsync(PipelineOperation operation, CancellationToken cancellation)
        {
            Asked.Add(operation);
            return Task.FromResult(new OperationResult(IsDone: true, $"did {operation}"));
        }
    }
}
