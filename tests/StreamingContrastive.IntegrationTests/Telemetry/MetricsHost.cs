using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Host.Web;

namespace StreamingContrastive.IntegrationTests.Telemetry;

/// <summary>A web host with /metrics and nothing else, on a free port of loopback.</summary>
internal sealed class MetricsHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private MetricsHost(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<MetricsHost> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddPipelineMetrics();
        var app = builder.Build();
        app.MapPipelineMetrics();
        await app.StartAsync();
        return new MetricsHost(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
