using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StreamingContrastive.Host.Web;
using StreamingContrastive.Tests.Structure;

namespace StreamingContrastive.Tests.Deploy;

/// <summary>One port and three paths stand in many files; the program's own source is what they must agree with.</summary>
public sealed partial class WebPortTests
{
    private static readonly string _port = WebAddress.Default.Port.ToString(CultureInfo.InvariantCulture);

    [Fact]
    public void Program_Paths_AreThoseThatTheManifestsUse()
    {
        string web = string.Concat(SourceTree.Files("src/StreamingContrastive.Host/Web").Select(f => f.Text));

        web.ShouldContain("routes, \"/healthz\"");
        web.ShouldContain("routes, \"/readyz\"");
    }

    [Fact]
    public void Manifests_Ports_AreTheProgramsEverywhere()
    {
        JsonObject[] objects = [.. KubernetesFiles.Objects.Values];
        string[] ports =
        [
            .. ComposeFile.Program.SelectMany(s => s.Value["ports"].Texts()).Select(p => p.Split(':')[^1]),
            .. ComposeFile.Commands().Concat(KubernetesFiles.Commands()).SelectMany(c => c.Arguments).Select(a => Address().Match(a)).Where(m => m.Success).Select(m => m.Groups[1].Value),
            .. objects.SelectMany(KubernetesFiles.Pods).SelectMany(KubernetesFiles.Containers).SelectMany(c => c["ports"]!.AsArray()).Where(p => p.Text("name") == "web").Select(p => p.Text("containerPort")!),
            .. objects.Where(o => o.Text("kind") == "Service").SelectMany(o => o["spec"]!["ports"]!.AsArray()).Select(p => p.Text("port")!),
            .. objects.Where(o => o.Text("kind") == "NetworkPolicy").SelectMany(o => o["spec"]!["ingress"]!.AsArray()).SelectMany(r => r!["ports"]!.AsArray()).Select(p => p.Text("port")!),
            .. Expose().Matches(Read("deploy/Dockerfile.cpu") + Read("deploy/Dockerfile.cuda")).Select(m => m.Groups[1].Value),
            HealthcheckDefault().Match(Read("deploy/healthcheck.sh")).Groups[1].Value,
        ];

        ports.Length.ShouldBeGreaterThan(10);
        ports.Distinct().ShouldBe([_port]);
        KubernetesFiles.Objects["deploy/kubernetes/components/service-monitor/service-monitor.yaml"]["spec"]!["endpoints"]![0].Text("path").ShouldBe(PrometheusEndpoint.Path);
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(SourceTree.Root, file));

    [GeneratedRegex(@"^(?:--web=)?[\d.]+:(\d+)$")]
    private static partial Regex Address();

    [GeneratedRegex(@"^EXPOSE (\d+)", RegexOptions.Multiline)]
    private static partial Regex Expose();

    [GeneratedRegex(@"port=\$\{2:-(\d+)\}")]
    private static partial Regex HealthcheckDefault();
}
