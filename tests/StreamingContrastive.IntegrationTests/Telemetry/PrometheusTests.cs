using System.Text.RegularExpressions;
using StreamingContrastive.IntegrationTests.Hosting;
using StreamingContrastive.IntegrationTests.Web;
using StreamingContrastive.Pipeline.Hosting;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.IntegrationTests.Telemetry;

public sealed partial class PrometheusTests
{
    private static string Rules
    {
        get
        {
            var at = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(at.FullName, "StreamingContrastive.sln")))
            {
                at = at.Parent!;
            }

            return Path.Combine(at.FullName, "deploy", "prometheus", "alerts.yml");
        }
    }

    [Fact]
    public async Task Scrape_AfterARun_HasTheNamesThatTheCatalogSays()
    {
        await using var host = await MetricsHost.StartAsync();
        await using var harness = new PipelineHarness(partitions: 1);
        await harness.ProducePicturesAsync(0, 64);
        await using var run = await harness.StartAsync(stopAfter: 64);
        await run.Completion.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        using var client = new HttpClient();

        var text = await client.GetStringAsync(new Uri(host.Address, "/metrics"), TestContext.Current.CancellationToken);

        // Other tests' pipelines may be seen here too, so only what must be there is asked for, and that nothing is called otherwise.
        var families = Family().Matches(text).Select(m => m.Groups[1].Value).ToHashSet();
        families.ShouldContain("contrastive_step_duration_seconds");
        families.ShouldContain("messaging_process_duration_seconds");
        families.ShouldContain("contrastive_loss");
        families.ShouldContain("contrastive_accuracy");
        families.ShouldContain("contrastive_batches_refused_total");
        families.Except(InstrumentCatalog.All.Select(i => i.PrometheusName)).ShouldBe(["target_info"]);
        text.ShouldContain("contrastive_lineage_epoch{");
        text.ShouldContain("contrastive_pipeline=\"test\"");
    }

    /// <summary>Debian's Prometheus scrapes a demo as anybody starts it, on the dashboard's port, loads the rules, and no rule stands in error.</summary>
    [Fact]
    public async Task Prometheus_OnARunningDemo_SeesItsMetricsAndEvaluatesTheRules()
    {
        Assert.SkipUnless(PrometheusProcess.IsInstalled, "Prometheus is not installed (Debian: apt-get install prometheus).");
        await using var demo = await RunningDemo.StartAsync();
        await using var prometheus = PrometheusProcess.Start(new Uri(demo.Url), Rules);

        foreach (var query in (string[])["contrastive_loss", "contrastive_lag", "contrastive_freshness_seconds", "contrastive_checkpoint_age_seconds", "contrastive_collapse_state", "contrastive_lineage_epoch", "contrastive_batches_refused_total", "contrastive_guard_trips_total", "messaging_client_consumed_messages_total", "sum(contrastive_records_trained_total) >= 640"])
        {
            await prometheus.UntilAsync($"api/v1/query?query={Uri.EscapeDataString(query)}", a => a.GetProperty("data").GetProperty("result").GetArrayLength() > 0);
        }

        var rules = await prometheus.UntilAsync("api/v1/rules", a => Groups(a).Length > 0 && Groups(a).All(r => r.GetProperty("health").GetString() != "unknown"));

        Groups(rules).Length.ShouldBe(9);
        Groups(rules).ShouldAllBe(r => r.GetProperty("health").GetString() == "ok");
    }

    private static System.Text.Json.JsonElement[] Groups(System.Text.Json.JsonElement answer) =>
        [.. answer.GetProperty("data").GetProperty("groups").EnumerateArray().SelectMany(g => g.GetProperty("rules").EnumerateArray())];

    [GeneratedRegex(@"^# TYPE (\S+) ", RegexOptions.Multiline)]
    private static partial Regex Family();
}
