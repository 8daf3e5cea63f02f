using System.Text.Json.Nodes;
using StreamingContrastive.Tests.Structure;

namespace StreamingContrastive.Tests.Deploy;

/// <summary>A renamed metric must not leave an empty panel or an alert that never fires.</summary>
public sealed class MonitoringTests
{
    private const string Dashboards = "deploy/grafana/dashboards";

    public static TheoryData<string> DashboardFiles => [.. Directory.EnumerateFiles(Path.Combine(SourceTree.Root, Dashboards)).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(DashboardFiles))]
    public void Dashboard_Queries_AskForMetricsAndLabelsOfTheProgram(string file)
    {
        JsonNode[] targets = [.. Panels(file).SelectMany(p => (p["targets"] as JsonArray ?? []).Select(t => t!))];

        targets.Length.ShouldBeGreaterThan(15);
        targets.SelectMany(t => MetricNames.Problems(t.Text("expr")!)).ShouldBeEmpty();

        // A label in a legend must have survived the aggregation.
        targets.Where(t => t.Text("expr")!.Contains(" by (", StringComparison.Ordinal))
            .SelectMany(t => MetricNames.OfLegend(t.Text("legendFormat")!).Except(MetricNames.Labels(t.Text("expr")!)))
            .ShouldBeEmpty();
        targets.SelectMany(t => MetricNames.OfLegend(t.Text("legendFormat")!).SelectMany(l => MetricNames.Problems($"sum by ({l}) ({t.Text("expr")})"))).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(DashboardFiles))]
    public void Dashboard_Variables_AskForMetricsOfTheProgram(string file)
    {
        JsonNode board = Board(file);

        foreach (JsonNode? variable in board.At("templating", "list").AsArray())
        {
            MetricNames.Metrics(variable.Text("query", "query")!).ShouldNotBeEmpty();
            MetricNames.Problems(variable.Text("query", "query")!).ShouldBeEmpty();
        }

        board.At("annotations", "list").AsArray().SelectMany(a => MetricNames.Problems(a.Text("expr")!)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(DashboardFiles))]
    public void Dashboard_Panels_AskTheProvisionedSourceAndDoNotOverlap(string file)
    {
        string source = Yaml.Load("deploy/grafana/provisioning/datasources/prometheus.yaml")["datasources"]![0].Text("uid")!;
        JsonNode[] panels = [.. Panels(file)];

        panels.Select(p => p.Text("id")).ShouldBeUnique();
        panels.Where(p => p.Text("type") != "row").ShouldAllBe(p => p.Text("datasource", "uid") == source);
        panels.SelectMany(p => (p["targets"] as JsonArray ?? []).Select(t => t!)).ShouldAllBe(t => t.Text("datasource", "uid") == source);
        panels.SelectMany(Cells).ShouldBeUnique("two panels on one place");
    }

    [Fact]
    public void Dashboards_LinksAndHome_LeadToDashboards()
    {
        JsonNode[] boards = [.. DashboardFiles.Select(f => Board(f.Data))];
        string[] addresses = [.. boards.Select(b => $"/d/{b.Text("uid")}")];
        string home = ComposeFile.Environment(ComposeFile.Services["grafana"])["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"];

        addresses.ShouldBeUnique();
        boards.SelectMany(b => b.At("links").AsArray()).Select(l => l.Text("url")).Except(addresses).ShouldBeEmpty();
        File.Exists(Path.Combine(SourceTree.Root, Dashboards, Path.GetFileName(home))).ShouldBeTrue();
        ComposeFile.Mounts().ShouldContain(m => m.Source == "./" + Dashboards && m.Target == Path.GetDirectoryName(home));
        Yaml.Load("deploy/grafana/provisioning/dashboards/streaming-contrastive.yaml")["providers"]![0].Text("options", "path").ShouldBe(Path.GetDirectoryName(home));
    }

    [Fact]
    public void Alerts_Expressions_AskForMetricsAndLabelsOfTheProgram()
    {
        string[] expressions =
        [
            .. Yaml.Load("deploy/prometheus/alerts.yml")["groups"]!.AsArray().SelectMany(g => g!["rules"]!.AsArray()).Select(r => r.Text("expr")!),
        ];

        expressions.Length.ShouldBeGreaterThan(5);
        expressions.SelectMany(MetricNames.Problems).ShouldBeEmpty();
    }

    /// <summary>Alerts look for the pipeline's own job, and the job for the port and token of the service that runs it.</summary>
    [Fact]
    public void ComposePrometheus_Job_IsTheOneOfTheAlertsAndAsksThePipeline()
    {
        JsonObject config = Yaml.Load("deploy/compose/prometheus.yml");
        JsonNode job = config["scrape_configs"]!.AsArray().ShouldHaveSingleItem()!;
        string alerts = File.ReadAllText(Path.Combine(SourceTree.Root, "deploy/prometheus/alerts.yml"));
        string[] target = job["static_configs"]![0]!["targets"].Texts().ShouldHaveSingleItem().Split(':');

        alerts.ShouldContain($"job=\"{job.Text("job_name")}\"");
        foreach (JsonObject pipeline in ComposeFile.Services.Values.Where(s => s["command"].Texts() is ["run", ..]))
        {
            pipeline.At("networks", "default")["aliases"].Texts().ShouldContain(target[0]);
            pipeline["command"].Texts().ShouldContain($"0.0.0.0:{target[1]}");
            pipeline["command"].Texts().ShouldContain(job.Text("authorization", "credentials_file")!);
        }

        ComposeFile.Mounts().Where(m => m.Service == "prometheus").Select(m => m.Target).ShouldContain(config["rule_files"].Texts().ShouldHaveSingleItem());
    }

    [Fact]
    public async Task ComposePrometheus_Config_IsAcceptedByPromtool()
    {
        ToolResult check = await Tool.RunAsync("promtool", "check", "config", "--syntax-only", Path.Combine(SourceTree.Root, "deploy/compose/prometheus.yml"));

        check.ExitCode.ShouldBe(0, check.Error);
    }

    /// <summary>Each receiver, processor and exporter of a pipeline is defined, each defined one is used, and Compose asks the port that the check listens on.</summary>
    [Fact]
    public void Collector_Pipelines_AreMadeOfWhatIsDefined()
    {
        JsonObject config = Yaml.Load("deploy/collector/collector.yaml");
        JsonNode service = config.At("service");
        JsonNode[] pipelines = [.. service.At("pipelines").AsObject().Select(p => p.Value!)];

        foreach (string part in (string[])["receivers", "processors", "exporters"])
        {
            pipelines.SelectMany(p => p[part].Texts()).Distinct().ShouldBe(config.At(part).AsObject().Select(c => c.Key), ignoreOrder: true);
        }

        service["extensions"].Texts().ShouldBe(config.At("extensions").AsObject().Select(e => e.Key));
        pipelines.ShouldAllBe(p => p["processors"].Texts()[0] == "memory_limiter");
        string[] checkAddress = config.At("extensions", "health_check").Text("endpoint")!.Split(':');
        ComposeFile.Services["collector"].At("healthcheck")["test"].Texts().ShouldContain($"http://127.0.0.1:{checkAddress[1]}/");
        string otlp = ComposeFile.Environment(ComposeFile.Services["pipeline"])["OTEL_EXPORTER_OTLP_ENDPOINT"];
        config.At("receivers", "otlp", "protocols", "grpc").Text("endpoint")!.ShouldEndWith($":{new Uri(otlp).Port}");
    }

    [Theory]
    [InlineData("sum(contrastive_los{instance=~\"$instance\"})", "contrastive_los is no metric")]
    [InlineData("contrastive_stage_duration_seconds", "contrastive_stage_duration_seconds is no metric")]
    [InlineData("sum by (contrastive_stag) (rate(contrastive_stage_duration_seconds_sum[5m]))", "contrastive_stag is no label")]
    [InlineData("contrastive_loss{contrastive_k=\"5\"}", "contrastive_k is no label")]
    [InlineData("sum by (contrastive_stage) (rate(contrastive_stage_duration_seconds_sum{job=\"x\"}[5m])) / on (instance) contrastive_loss", null)]
    public void Problems_Expression_AreFound(string expression, string? expected)
    {
        string[] problems = [.. MetricNames.Problems(expression)];

        if (expected is null)
        {
            problems.ShouldBeEmpty();
        }
        else
        {
            problems.ShouldHaveSingleItem().ShouldStartWith(expected);
        }
    }

    private static JsonNode Board(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(SourceTree.Root, Dashboards, file)))!;

    private static IEnumerable<JsonNode> Panels(string file) => Board(file).At("panels").AsArray().Select(p => p!);

    private static IEnumerable<(int X, int Y)> Cells(JsonNode panel)
    {
        JsonNode place = panel.At("gridPos");
        int Number(string key) => place.At(key).GetValue<int>();
        (Number("x") + Number("w")).ShouldBeLessThanOrEqualTo(24);
        return from x in Enumerable.Range(Number("x"), Number("w"))
               from y in Enumerable.Range(Number("y"), Number("h"))
               select (x, y);
    }
}
