using System.Diagnostics;
using System.Text.RegularExpressions;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Tests.Structure;

/// <summary>Alert rules name metrics as text: a renamed metric would leave an alert that never fires.</summary>
public sealed partial class AlertRulesTests
{
    private static readonly string _folder = Path.Combine(SourceTree.Root, "deploy", "prometheus");
    private static readonly string _rules = File.ReadAllText(Path.Combine(_folder, "alerts.yml"));

    public static TheoryData<string> Alerts => [.. AlertName().Matches(_rules).Select(m => m.Groups[1].Value)];

    [Theory]
    [InlineData("alerts.yml")]
    [InlineData("alerts.test.yml")]
    public void Rules_MetricsAndLabels_AreInTheCatalog(string file)
    {
        var samples = InstrumentCatalog.All.SelectMany(i => i.Kind == InstrumentKind.Histogram
            ? [$"{i.PrometheusName}_bucket", $"{i.PrometheusName}_sum", $"{i.PrometheusName}_count", i.PrometheusName]
            : (string[])[i.PrometheusName]);
        var labels = InstrumentCatalog.All.SelectMany(i => i.Tags).Select(t => t.Replace('.', '_'));

        var named = OurName().Matches(File.ReadAllText(Path.Combine(_folder, file))).Select(m => m.Value).Distinct().ToList();

        named.ShouldNotBeEmpty();
        named.Except(samples).Except(labels).ShouldBeEmpty();
    }

    [Fact]
    public void Alerts_OfTheIssue_AreThere() => Alerts.Select(a => a.Data).ShouldBe(
        ["PipelineDown", "LagGrowing", "NotFresh", "EncoderCollapsing", "EncoderCollapsed", "NonFiniteBatches", "DeadLetterRate", "CheckpointTooOld", "TwoLineages"]);

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Alert_Each_HasASummaryARunbookLineAndATest(string alert)
    {
        var rule = _rules[_rules.IndexOf($"- alert: {alert}\n", StringComparison.Ordinal)..];
        rule = rule[..(rule.IndexOf("\n      - alert:", 1, StringComparison.Ordinal) is var end and > 0 ? end : rule.Length)];

        rule.ShouldContain("          summary: \"");
        rule.ShouldContain("          runbook: \"");
        rule.ShouldContain("severity: ");
        File.ReadAllText(Path.Combine(_folder, "alerts.test.yml")).ShouldContain(alert);
    }

    [Theory]
    [InlineData("check", "rules", "alerts.yml")]
    [InlineData("test", "rules", "alerts.test.yml")]
    [InlineData("check", "config", "prometheus.yml")]
    public async Task Promtool_OnTheFiles_FindsNothing(string verb, string noun, string file)
    {
        const string promtool = "/usr/bin/promtool";
        Assert.SkipUnless(File.Exists(promtool), "promtool is not installed (Debian: apt-get install prometheus).");

        var start = new ProcessStartInfo(promtool, [verb, noun, file]) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        process.ExitCode.ShouldBe(0, await output + await error);
    }

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex AlertName();

    [GeneratedRegex(@"\b(?:contrastive|messaging)_\w+")]
    private static partial Regex OurName();
}
