using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace StreamingContrastive.IntegrationTests.Telemetry;

/// <summary>Debian's Prometheus on loopback, with this repository's rules, scraping one target every second.</summary>
internal sealed class PrometheusProcess : IAsyncDisposable
{
    private const string Program = "/usr/bin/prometheus";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder;
    private readonly Process _process;
    private readonly HttpClient _client;
    private readonly Task<string> _log;

    private PrometheusProcess(DirectoryInfo folder, Process process, int port)
    {
        (_folder, _process) = (folder, process);
        _log = process.StandardError.ReadToEndAsync();
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
    }

    public static bool IsInstalled => File.Exists(Program);

    public static PrometheusProcess Start(Uri target, string rules)
    {
        var folder = Directory.CreateTempSubdirectory("prometheus-");
        var port = FreePort();
        File.WriteAllText(Path.Combine(folder.FullName, "prometheus.yml"), $"""
            global:
              scrape_interval: 1s
              evaluation_interval: 1s
            rule_files: ["{rules}"]
            scrape_configs:
              - job_name: streaming-contrastive
                static_configs:
                  - targets: ["{target.Authority}"]
            """);
        var start = new ProcessStartInfo(Program)
        {
            RedirectStandardError = true,
            ArgumentList =
            {
                $"--config.file={Path.Combine(folder.FullName, "prometheus.yml")}",
                $"--storage.tsdb.path={Path.Combine(folder.FullName, "data")}",
                $"--web.listen-address=127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}",
            },
        };
        return new PrometheusProcess(folder, Process.Start(start)!, port);
    }

    /// <summary>Asks until the answer is as wanted; says what the last one was.</summary>
    public async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> wanted)
    {
        var began = Stopwatch.GetTimestamp();
        for (var last = "no answer"; ; await Task.Delay(200, TestContext.Current.CancellationToken))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(began) > Patience)
            {
                Assert.Fail($"{path}: {last}{(_process.HasExited ? await _log : "")}");
            }

            try
            {
                last = await _client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
                var answer = JsonDocument.Parse(last).RootElement;
                if (wanted(answer))
                {
                    return answer;
                }
            }
            catch (HttpRequestException e)
            {
                last = e.Message; // It is still starting.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        _client.Dispose();
        _folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
